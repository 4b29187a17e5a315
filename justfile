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

# Kill the server in the middle of its work, again and again, on the same store.
crash ROUNDS="1000":
    cargo test --package gateway-bin --locked --test durability -- kill --rounds {{ROUNDS}}

# Cut the power at random places of a recorded run (needs strace).
crash-power CUTS="20000":
    cargo test --package gateway-bin --locked --test durability -- power-cut --cuts {{CUTS}}

# Leave the outcome of creates open, in every way there is.
crash-unknown CREATES="5000":
    cargo test --package gateway-bin --locked --test durability -- unknown --creates {{CREATES}}

# Hang up at every point of a create.
crash-disconnect COUNT="4000":
    cargo test --package gateway-bin --locked --test durability -- disconnect --count {{COUNT}}

# Settle under faults and kills, and count the charges.
crash-settle COUNT="100000":
    cargo test --package gateway-bin --locked --test durability -- settle --count {{COUNT}}

# Play success, look, DELETE and kill in all orders.
crash-orders ROUNDS="20":
    cargo test --package gateway-bin --locked --test durability -- orders --rounds {{ROUNDS}}

# Cut a settlement at every call that the store makes for it (needs strace).
crash-settle-cut STEPS="300":
    cargo test --package gateway-bin --locked --test durability -- settle-cut --steps {{STEPS}}

# Kill one or two servers on one PostgreSQL, again and again.
crash-pg ROUNDS="300":
    cargo test --package gateway-bin --locked --test durability -- kill-pg --rounds {{ROUNDS}}

# Kill PostgreSQL under two servers, and start it again.
crash-postmaster ROUNDS="100":
    cargo test --package gateway-bin --locked --test durability -- postmaster --rounds {{ROUNDS}}

# Stop one of two servers for longer than its leases, or kill it, and wake it up later.
crash-paused ROUNDS="40":
    cargo test --package gateway-bin --locked --test durability -- paused --rounds {{ROUNDS}}

# Count what two servers on one PostgreSQL look at twice.
crash-shared SECONDS="60":
    cargo test --package gateway-bin --locked --test durability -- shared --seconds {{SECONDS}}

# Stop the server by signal in the middle of its work, again and again.
crash-drain ROUNDS="500":
    cargo test --package gateway-bin --locked --test durability -- drain --rounds {{ROUNDS}} --parallel 4

# Be slow in every way, with this many sockets each, beside good traffic.
edge-slow SOCKETS="2000":
    cargo test --package gateway-bin --locked --test durability -- slow --sockets {{SOCKETS}}

# Make far more connections than the server may open files.
edge-flood CONNECTS="20000":
    cargo test --package gateway-bin --locked --test durability -- flood --connects {{CONNECTS}}

# Feed random bytes to every fuzz target, this many seconds each, with the ordinary toolchain.
fuzz SECONDS="60":
    FUZZ_SECONDS={{SECONDS}} cargo test --release --package gateway-bin --locked --test it -- fuzzed

# Feed random bytes to one target, guided by coverage (needs a nightly toolchain and cargo-fuzz).
fuzz-guided TARGET="screen" SECONDS="300":
    cd bins/gateway-bin && cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}}

# Compare the times of another tenant's ids and of ids that nobody has.
bench-timing REQUESTS="20000":
    cargo bench --package gateway-bin --locked --bench timing -- --requests {{REQUESTS}}

# Poll every task once a second, through the gateway and through a plain proxy.
bench-watching TASKS="10000" SECONDS="60":
    cargo bench --package gateway-bin --locked --bench watching -- --tasks {{TASKS}} --seconds {{SECONDS}} --proxy

# Watch as many live tasks in a small store and in a large one (about 1.4 KB of disk for each stored task).
bench-stored STORED="10000000" LIVE="100000":
    cargo bench --package gateway-bin --locked --bench stored -- --stored {{STORED}} --live {{LIVE}}

# Create and poll through one, two and four servers on one PostgreSQL, and through one on SQLite.
bench-scaling SECONDS="20":
    cargo bench --package gateway-bin --locked --bench scaling -- --seconds {{SECONDS}}

# Measure the gateway beside nginx and haproxy on one core (needs nginx and wrk).
bench:
    cargo bench --package gateway-bin --locked --bench floor

# Count the instructions of a create and of a get, and hold them against the record (needs valgrind).
bench-instructions:
    cargo bench --package gateway-bin --locked --bench instructions

# Time a quote and a charge.
bench-quote:
    cargo bench --package seedance-pricing --locked --bench quote

# Time what a create request costs before anything is stored or sent.
bench-request:
    cargo bench --package seedance-model --locked --bench request

# Everything that a submission has to pass.
ci:
    bash .ci/run
