"""What the notebooks need of Python: an exporter of pages for nbconvert, and a translator for papermill."""
