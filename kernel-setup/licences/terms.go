package licences

import "strings"

// more names, by module, terms that do not lie at its top, and the folders of the packages that they are about.
var more = map[string][]struct {
	path    string
	folders []string
}{
	"golang.org/x/image": {{"font/gofont/ttfs/README", []string{"font/gofont"}}},
	"gonum.org/v1/gonum": {
		{"THIRD_PARTY_LICENSES/Bogaert-LICENSE", []string{"integrate/quad"}},
		{"THIRD_PARTY_LICENSES/Boost-LICENSE", []string{"mathext/internal/cephes"}},
		{"THIRD_PARTY_LICENSES/Cephes-LICENSE", []string{"mathext/internal/cephes", "internal/cmplx64"}},
		{"THIRD_PARTY_LICENSES/Fike-LICENSE", []string{"num"}},
		{"THIRD_PARTY_LICENSES/Go-LICENSE", []string{"internal/math32", "internal/cmplx64"}},
		{"THIRD_PARTY_LICENSES/MT19937-64-LICENSE", []string{"mathext/prng"}},
		{"THIRD_PARTY_LICENSES/MT19937-LICENSE", []string{"mathext/prng"}},
		{"THIRD_PARTY_LICENSES/Oxford-LICENSE", []string{"integrate/quad"}},
		{"THIRD_PARTY_LICENSES/Probab-LICENSE", []string{"mathext", "stat"}},
		{"THIRD_PARTY_LICENSES/Sun-LICENSE", []string{"internal/math32", "mathext"}},
	},
}

// kind returns the SPDX identifier of a text.
func kind(text string) string {
	for _, known := range []struct {
		kind    string
		phrases []string
	}{
		{"OFL-1.1", []string{"silopenfontlicense", "version1126february2007"}},
		{"Apache-2.0", []string{"apachelicenseversion20january2004"}},
		{"BSL-1.0", []string{"boostsoftwarelicenseversion10august17th2003"}},
		{"BSD-3-Clause", []string{"redistributionanduseinsourceandbinaryforms", "neitherthenameof", "isprovidedbythecopyrightholders"}},
		{"BSD-2-Clause", []string{"redistributionsinbinaryformmustreproducetheabovecopyrightnotice", "isprovidedbythecopyrightholders"}},
		{"MIT", []string{"permissionisherebygrantedfreeofchargetoanypersonobtainingacopyofthissoftwareandassociateddocumentationfiles"}},
	} {
		missing := false
		for _, phrase := range known.phrases {
			missing = missing || !strings.Contains(letters(text), phrase)
		}
		if !missing {
			return known.kind
		}
	}
	return ""
}
