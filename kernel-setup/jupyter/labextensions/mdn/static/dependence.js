// What a cell's outputs were made with, and whether that is still so.
//
// A table has declarations by their names, {code, uses}, as notebook-graph answers them: those of the notebook as it stands, or those
// that its kernel has. What a cell was made with is the code of all that it depends on, by name, and its own under "".

// tableOf returns the declarations that a cell would see if all cells ran in their order; of what is only declared below it, those.
export function tableOf(cells, cell) {
  const table = new Map();
  const at = cells.indexOf(cell);
  for (const { declares } of cells.slice(at + 1).reverse()) for (const d of declares) table.set(d.name, d);
  for (const { declares } of cells.slice(0, at + 1)) for (const d of declares) table.set(d.name, d);
  return table;
}

// reached returns the names that code depends on which uses some, directly or through others. A type's methods can be called through an
// interface.
export function reached(uses, table) {
  const names = new Set();
  const reach = (name) => {
    if (names.has(name) || !table.has(name)) return;
    names.add(name);
    table.get(name).uses.forEach(reach);
    for (const other of table.keys()) if (other.startsWith(`${name}.`)) reach(other);
  };
  uses.forEach(reach);
  return names;
}

// madeWith returns what a cell that runs now would be made with.
export function madeWith(cell, table) {
  const made = { "": cell.code };
  for (const name of reached(cell.uses, table)) made[name] = table.get(name).code;
  return made;
}

// madeIn returns what the cell of an id would be made with if all cells ran in their order.
export function madeIn(cells, id) {
  const cell = cells.find((c) => c.id === id);
  return madeWith(cell, tableOf(cells, cell));
}

// order returns what has to run so that some cells can: by id, the ids of those that have to run before. Besides the cells themselves
// these are the ones that declare what they need and the kernel has not.
export function order(ids, cells, kernel) {
  const before = new Map();
  const need = (id) => {
    if (before.has(id)) return;
    before.set(id, new Set());
    const cell = cells.find((c) => c.id === id);
    const table = tableOf(cells, cell);
    const names = reached([...cell.uses, ...cell.declares.flatMap((d) => d.uses)], table);
    for (const other of cells) {
      if (other === cell || !other.declares.some((d) => names.has(d.name) && table.get(d.name) === d)) continue;
      if (!ids.includes(other.id) && other.declares.every((d) => kernel.get(d.name)?.code === d.code)) continue;
      before.get(id).add(other.id);
      need(other.id);
    }
  };
  ids.forEach(need);
  return before;
}

// differences returns the names in which a cell was made with something else.
export function differences(made, now) {
  return [...new Set([...Object.keys(made), ...Object.keys(now)])].filter((name) => made[name] !== now[name]);
}

const interruption = { "": "interrupted" };

// interrupted is what a cell was made with that could not finish.
export const interrupted = () => ({ ...interruption });

const listed = (names) => (names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`
  : names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);
const have = (names) => (names.length > 1 ? "have" : "has");
const imported = "import "; // before the name of an import
const readable = (name) => (name.startsWith(imported) ? `the import of ${name.slice(imported.length)}` : name);

// why says why a cell that uses some names is out of date.
export function why(made, now, uses) {
  if (made[""] === interruption[""]) return "it was interrupted.";
  const different = differences(made, now).filter((name) => name !== "");
  const changed = different.filter((name) => name in made && name in now).map(readable);
  const gone = different.filter((name) => !(name in now)).map(readable);
  const missing = different.filter((name) => !(name in made));
  if (made[""] !== now[""]) changed.unshift("its code");
  if (changed.length > 0) return `${listed(changed)} ${have(changed)} changed since it ran.`;
  if (missing.length > 0) {
    const named = missing.filter((name) => uses.includes(name) && !name.startsWith(imported));
    const names = (named.length > 0 ? named : missing).map(readable);
    return `${listed(names)} ${names.length > 1 ? "are declared in cells that have" : "is declared in a cell that has"} not run in this kernel:` +
      " Run > Run All Above Selected Cell.";
  }
  return `${listed(gone)} ${gone.length > 1 ? "are" : "is"} no longer declared.`;
}
