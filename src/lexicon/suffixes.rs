//! What follows a name: generation (`Jr.`, `III`, `fils`) and credentials (`PhD`, `MBE`).
//!
//! Source: general knowledge, compiled for this project.

use std::sync::LazyLock;

use super::rows::{WordSet, words};

/// The generation a word after a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// The son: `jr`, `junior`, `fils`, `filho`.
    Junior,
    /// The father: `sr`, `senior`, `père`.
    Senior,
    /// A count: `II` is 2, `4th` is 4.
    Nth(u8),
}

/// The generation `word` (folded) says, if it can only be one after at least one name.
/// `i` and `v`, which are initials far more often, are left to [`roman_letter`].
#[must_use]
pub fn generation(word: &str) -> Option<Generation> {
    Some(match word {
        "jr" | "jnr" | "junior" | "filho" | "fils" | "hijo" | "mladsi" | "nuorempi" | "ifj"
        | "ifjabb" => Generation::Junior,
        "sr" | "snr" | "senior" | "starsi" | "vanhempi" | "idosb" => Generation::Senior,
        "ii" | "2nd" | "2d" => Generation::Nth(2),
        "iii" | "3rd" | "3d" | "neto" => Generation::Nth(3),
        "iv" | "4th" => Generation::Nth(4),
        "5th" => Generation::Nth(5),
        "vi" | "6th" => Generation::Nth(6),
        "vii" | "7th" => Generation::Nth(7),
        "viii" | "8th" => Generation::Nth(8),
        "1st" => Generation::Nth(1),
        _ => return None,
    })
}

/// The generation of an abbreviation that only a full stop tells from a name or initials: `ml.`, `st.`, `id.`.
#[must_use]
pub fn abbreviated(word: &str) -> Option<Generation> {
    match word {
        "ml" | "jun" | "ifj" => Some(Generation::Junior),
        "st" | "sen" | "id" => Some(Generation::Senior),
        _ => None,
    }
}

/// The generation that *father* or *son* in brackets behind a name says: `(h)`, `(syn)`, `(Vater)`. WordSet that are short
/// for a name (`Isa`, `Fia`, `Pere`) are left out.
#[must_use]
pub fn father_or_son(word: &str) -> Option<Generation> {
    match word {
        "h" | "syn" | "sohn" | "zoon" | "figlio" | "poika" | "fiul" => Some(Generation::Junior),
        "p" | "padre" | "ojciec" | "otec" | "otac" | "vater" | "vader" | "father" => {
            Some(Generation::Senior)
        }
        _ => None,
    }
}

/// The generation of a lone Roman letter, for places where an initial makes no sense.
#[must_use]
pub fn roman_letter(word: &str) -> Option<Generation> {
    match word {
        "i" => Some(Generation::Nth(1)),
        "v" => Some(Generation::Nth(5)),
        _ => None,
    }
}

const CREDENTIALS: &str = " phd dphil md dds dmd dvm od pharmd psyd edd jd llb llm lld esq esquire cpa cfa cfp mba bba \
    rn lpn np pac faan facs facp msn bsn bsc msc meng beng bcom mcom mphil mres mpa mph mfa bfa msw lcsw lmft \
    pe pmp obe mbe cbe kbe dbe ch gcb kcb dcb cb gcmg kcmg cmg gcvo kcvo cvo mvo dso dsc dfc mc vc gc qc kc mp msp \
    frs frcs frcp mrcs mrcp frcog fba frse fsa fca aca acca fcca frics mrics faia aia ra rdh rph cfre cissp ret retd \
    csi csc osb ofm sj op dd bd stb phl mbbs mbchb bds bvsc mrcvs dipm ceng mimeche miet mie eur usn usa usmc usaf \
    rdms lpc ms mscs mat csp ";

/// Credentials that are also names or words, believed only after a comma or with full stops inside.
const SHY_CREDENTIALS: &str =
    " ma ba bs do ms mc ra pe ch cb dd op ed ret usa mat od np mie bd bds eur csc csi csp ";

/// True if `word` (folded, without full stops) is an academic, professional or state credential.
/// `marked` tells that a comma or full stops set it apart, which short words need.
#[must_use]
pub fn credential(word: &str, marked: bool) -> bool {
    static SHY: LazyLock<WordSet> = LazyLock::new(|| words(SHY_CREDENTIALS).collect());
    static ALL: LazyLock<WordSet> =
        LazyLock::new(|| words(CREDENTIALS).chain(SHY.iter().copied()).collect());
    ALL.contains(word) && (marked || !SHY.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations() {
        assert_eq!(generation("jnr"), Some(Generation::Junior));
        assert_eq!(generation("iii"), Some(Generation::Nth(3)));
        assert_eq!(generation("v"), None);
        assert_eq!(
            (generation("ml"), abbreviated("ml")),
            (None, Some(Generation::Junior))
        );
        assert_eq!(roman_letter("v"), Some(Generation::Nth(5)));
    }

    #[test]
    fn short_credentials_need_a_mark() {
        assert!(credential("phd", false));
        assert!(!credential("ma", false));
        assert!(credential("ma", true));
        assert!(!credential("", true));
        assert!(!credential("smith", true));
    }
}
