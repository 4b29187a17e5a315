# Each recipe is one plain command; nothing needs `just` itself.

# List the recipes.
default:
    @just --list

# Play the whole workflow against the built-in simulator, then keep serving.
demo:
    cargo run --release --locked -- demo

# Run every test that needs nothing but this checkout.
test:
    cargo test --workspace --locked

# Check the formatting.
fmt:
    cargo fmt --all --check

# Lint with warnings as errors.
clippy:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Build the documentation with warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --document-private-items

# Check one crate alone, so that it borrows no feature from a neighbour.
test-crate CRATE:
    cargo test --package {{CRATE}} --locked

# Check licences, sources and bans of all dependencies.
deny:
    cargo deny check bans licenses sources

# Everything that a submission has to pass.
ci:
    bash .ci/run
