//! Text forms of closed sets of values: the words that stand on the wire, in the database and on
//! the command line.

/// Implements the text form of a closed enum: `ALL`, `as_str`, `Display`, `FromStr`.
macro_rules! wire_enum {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word on the wire, in the database and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::UnknownWord;
            fn from_str(word: &str) -> Result<Self, $crate::wire::UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == word)
                    .ok_or_else(|| $crate::wire::UnknownWord {
                        word: word.to_owned(),
                        known: Self::ALL.iter().map(|value| value.as_str()).collect(),
                    })
            }
        }
    };
}
pub(crate) use wire_enum;

/// A word that is not one of a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is not one of {}", known.join(", "))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// The words of the set.
    pub known: Vec<&'static str>,
}
