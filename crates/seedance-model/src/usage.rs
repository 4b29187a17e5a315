//! What a finished task used.

/// The tokens to charge (`usage.completion_tokens`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// A whole number of tokens, at least 1.
    Tokens(u64),
    /// No `usage`, or no `completion_tokens` in it.
    Absent,
    /// Something that is no number of tokens, as it was written, shortened.
    Nonsense(String),
}
