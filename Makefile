# Short names for the commands of CONTRIBUTING.md.

.PHONY: demo test check

demo:
	cargo run --locked -- demo

test:
	cargo test --locked

# What CI runs: format, lints, tests.
check:
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo test --locked
