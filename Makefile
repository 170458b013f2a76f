# SPDX-License-Identifier: MIT
# The commands that a newcomer needs; Meson does the work.
BUILD ?= build
PREFIX ?= /usr/local
STORIES ?= 100000

.PHONY: build run test bench lighthouse torture check install clean

build: ; @tools/deps build && tools/build $(BUILD)
run: build ; @tools/run $(BUILD)
test: ; @tools/deps test && tools/test-all
bench: build ; @tools/deps bench && tools/bench/all $(BUILD) --stories $(STORIES) $(BENCH)
lighthouse: build ; @tools/deps lighthouse && tools/lighthouse/all $(BUILD)
torture: build ; @tools/deps torture && tools/torture/torture.py $(BUILD)/masthead $(TORTURE)
check: ; @tools/deps check && tools/check-all
install: build ; @meson configure $(BUILD) -Dprefix=$(PREFIX) && meson install -C $(BUILD)
clean: ; rm -rf build build-*
