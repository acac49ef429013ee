# Short names for the commands of CONTRIBUTING.md.

.PHONY: demo test check hooks soak bench bench-large bench-live

demo:
	cargo run --locked -- demo

test:
	cargo test --locked

# What CI runs: format, licences, lints, documentation, tests.
check:
	.ci/run

# A release build does not obey the variables of the tests: a clock that is none would end every command.
hooks:
	cargo build --locked --release
	ORGDRIFT_TEST_NOW=never target/release/orgdrift explain orphan_org > /dev/null
	cargo build --locked
	! ORGDRIFT_TEST_NOW=never target/debug/orgdrift explain orphan_org 2> /dev/null

# Applies that are killed a thousand times over, all pairs of crash points, every call of the disk that may fail,
# hundreds of histories, and thousands of generated companies against the model. CI runs a shorter form.
soak:
	ORGDRIFT_WORLDS=$${ORGDRIFT_WORLDS:-3000} cargo test --locked --test all -- decision_tables changing_worlds plan_worlds what_if trace::world --nocapture
	ORGDRIFT_HISTORIES=$${ORGDRIFT_HISTORIES:-200} cargo test --locked --test all -- delete_and_return continued:: histories:: fetch::same known_lines:: --nocapture
	ORGDRIFT_CHAINS=$${ORGDRIFT_CHAINS:-2000} cargo test --locked --test all -- delta:: --nocapture
	ORGDRIFT_SOAK_ROUNDS=$${ORGDRIFT_SOAK_ROUNDS:-1000} cargo test --locked --test all -- soak:: crashes:: fetch::interrupted fetch::scripted::chains::a_count live:: from_elsewhere:: offered:: --nocapture

# Speed, memory and size against DuckDB and bare Rust: writes docs/benchmarks.md.
bench:
	python3 benches/run.py

# 100,000 accounts, a million users, five million tickets; takes more than half an hour and 10 GB in /tmp.
bench-large:
	python3 benches/run.py --sizes 10000,100000 --slim --no-chain --output docs/benchmarks-large.md

# How a live account is read against what is possible, and with how much memory: writes docs/live.md.
bench-live:
	python3 benches/live.py
