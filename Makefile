# Thin names for `cargo xtask …`; all logic lives there.
.PHONY: run test smoke sim mutants faults fuzz bench soak

run:            ## build the pages and the release binary, and start a sandbox exchange on 127.0.0.1:8080
	@cargo xtask run

test:           ## everything that proves the project
	@cargo xtask ci test

smoke:          ## the quick part of it, before a commit
	@cargo xtask ci smoke

sim:            ## a long simulation campaign
	@cargo xtask sim

mutants:        ## planted bugs, and which check finds each
	@cargo xtask mutants

faults:         ## the binary killed a thousand times, unplugged, starved
	@cargo xtask faults

fuzz:           ## every decoder and the engine, at length
	@cargo xtask fuzz

soak:           ## the trade screen for an hour at a thousand messages a second, beside its budgets
	@cargo xtask soak

bench:          ## the speed report beside its peers
	@cargo build --profile bench --package bourse --package bench
	@cargo run --profile bench --package bench -- report
