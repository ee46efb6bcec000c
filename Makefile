# What to type. `make` builds build/anjian; `make help` lists the rest. The building itself is described in meson.build.
.DELETE_ON_ERROR:
RUN = /usr/bin/python3 tests/run.py

all: build/anjian ## build build/anjian

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

setup: ## install what is missing (as root; otherwise say how)
	@tools/setup.sh packaging/packages.txt

build/build.ninja: | setup
	@[ -e $@ ] || meson setup build --buildtype=debugoptimized >/dev/null

build/anjian: setup build/build.ninja FORCE
	@ninja -C build --quiet

FORCE:

run: build/anjian ## build and run: a made-up district in the browser, at http://127.0.0.1:8080
	@sh tools/district.sh build/anjian anjian-demo
	@build/anjian --db sqlite:anjian-demo/anjian.db serve --listen 127.0.0.1:8080 --quiet

thread: build/anjian ## the main job once, from a register to an explained deduction
	@tools/thread.sh build/anjian

test: build/anjian ## every test, on SQLite and PostgreSQL, and again with the address and undefined-behaviour sanitizers
	@[ -e build-asan/build.ninja ] || CC=clang meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized >/dev/null
	@$(RUN) build build-asan

quick: build/anjian ## the tests once, without sanitizers
	@$(RUN) build

asan: setup ## the tests with the address and undefined-behaviour sanitizers
	@[ -e build-asan/build.ninja ] || CC=clang meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized >/dev/null
	@ninja -C build-asan --quiet
	@$(RUN) build-asan

tsan: setup ## the tests with the thread sanitizer
	@[ -e build-tsan/build.ninja ] || meson setup build-tsan -Db_sanitize=thread --buildtype=debugoptimized >/dev/null
	@ninja -C build-tsan --quiet
	@$(RUN) build-tsan

fuzz: setup ## build the fuzz programs (run them by hand: build-fuzz/fuzz/fuzz_csv fuzz/corpus/csv)
	@[ -e build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true -Db_lundef=false --buildtype=debugoptimized >/dev/null
	@ninja -C build-fuzz --quiet

lint: build/anjian ## format, own checks, cppcheck, clang-tidy, messages
	@tools/setup.sh packaging/packages-lint.txt
	@tools/lint.sh build

coverage: setup ## line coverage of the tests
	@tools/setup.sh packaging/packages-lint.txt
	@[ -e build-cov/build.ninja ] || meson setup build-cov -Db_coverage=true --buildtype=debug >/dev/null
	@ninja -C build-cov --quiet
	@$(RUN) build-cov
	@gcovr --root . --filter src/ build-cov

bench: build/anjian ## speed and memory as ratios to a floor measured in the same run
	@tools/setup.sh packaging/packages-bench.txt
	@[ -e build-bench/build.ninja ] || meson setup build-bench --buildtype=release >/dev/null
	@ninja -C build-bench --quiet anjian bench/bench bench/floor_page po/anjian-zh.mo
	@/usr/bin/python3 bench/run.py build-bench

install: build/anjian ## install under /usr/local (DESTDIR is heeded)
	@meson install -C build --no-rebuild

clean: ## remove all that was built
	rm -rf build build-*

.PHONY: all help setup FORCE run thread test quick asan tsan fuzz lint coverage bench install clean
