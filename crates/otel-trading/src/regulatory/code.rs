//! The closed lists of codes that the regulations use.

use std::fmt;

/// A text that is none of the codes of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of the codes of this field")
    }
}

impl std::error::Error for UnknownCode {}

/// Declares enums of codes: each variant with the code that a regulator reads.
macro_rules! codes {
    ($(
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $code:ident,)+
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every code, in order.
            $vis const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code itself.
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($code),)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::regulatory::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|code| code.as_str() == text);
                found.ok_or($crate::regulatory::UnknownCode)
            }
        }
    )+};
}

pub(crate) use codes;
