#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `make install` puts where, and that it works from there."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from newsroom import SANITIZED, run

BUILD = Path(sys.argv[2]).resolve()


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Path(tempfile.mkdtemp(prefix="masthead-cli-"))
        subprocess.run(
            ["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir",
             cls.room / "root"], check=True, capture_output=True)
        (cls.program,) = (cls.room / "root").rglob("bin/masthead")
        cls.prefix = cls.program.parent.parent

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.room)

    def test_install__finds_its_media_worker(self):
        newsroom = self.room / "newsroom"
        for words in (["init"], ["check"]):
            done = subprocess.run(
                [self.program, *words, "--data", newsroom],
                capture_output=True, text=True)
            if words == ["init"] or not SANITIZED:
                self.assertEqual(done.returncode, 0,
                                 done.stdout + done.stderr)
        self.assertIn("sandbox", done.stdout)

    def test_install__brings_the_unit_and_its_user(self):
        unit = (self.prefix / "lib/systemd/system/masthead.service")
        bin_path = "/" + str(self.program.relative_to(self.room / "root"))
        self.assertIn(f"ExecStart={bin_path} serve", unit.read_text())
        self.assertTrue((self.prefix / "lib/sysusers.d/masthead.conf").exists())

    @unittest.skipIf(shutil.which("systemd-analyze") is None, "no systemd")
    def test_unit__is_understood_and_hardened(self):
        root = self.room / "root"
        unit = self.prefix / "lib/systemd/system/masthead.service"
        # As it would find it: with the program at its path.
        text = unit.read_text().replace(
            "ExecStart=", f"ExecStart={root}")
        tried = self.room / "masthead.service"
        tried.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", tried],
                              capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines()
                if "masthead.service" in line]
        self.assertEqual(said, [])
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true",
             "--threshold=20", "--no-pager", tried],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_version__is_that_of_the_build(self):
        done = subprocess.run([self.program, "--version"],
                              capture_output=True, text=True)
        self.assertEqual(done.stdout, run("--version").stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
