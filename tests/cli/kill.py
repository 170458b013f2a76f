#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 in the middle of an import, a hundred times over.

Nothing that was acknowledged is lost, nothing is doubled, nothing stands
half; the import is finished by starting it again.
"""

import random
import subprocess
import time
import unittest

from newsroom import (PATIENCE, PROGRAM, SANITIZED, NewsroomTest, main,
                      markdown)

KILLS = 100
SERVER_KILLS = 10
STORIES = 3000
MOMENT = 0.3 if SANITIZED else 0.06  # seconds in which a kill falls


class Kill(NewsroomTest):
    def setUp(self):
        super().setUp()
        self.archive = self.room / "archive"
        for n in range(STORIES):
            self.write(f"archive/{n:05}.md", markdown(n))

    def import_and_kill(self, victim=None):
        """true if it was in the middle of it."""
        client = subprocess.Popen(
            [PROGRAM, "import", self.archive, "--data", self.data],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, MOMENT))
        (victim or client).kill()
        status = client.wait(PATIENCE)
        return status == (1 if victim else -9)

    def sound(self, least):
        """Whole, and no fewer stories than before: their number."""
        self.masthead("audit", "verify")
        stories = self.stories()
        self.assertGreaterEqual(len(stories), least)
        self.assertEqual({s["state"] for s in stories} - {"published"}, set())
        slugs = [s["slug"] for s in stories]
        self.assertEqual(len(set(slugs)), len(slugs), "a story is doubled")
        return len(stories)

    def finish(self):
        """The same import once more, to its end."""
        before = self.sound(0)
        report = self.json("import", str(self.archive))
        self.assertEqual(report["unchanged"], before)
        self.assertEqual(report["taken"], STORIES - before)
        self.assertEqual(self.sound(0), STORIES)
        self.nothing_is_wrong()

    def test_import__killed_a_hundred_times(self):
        killed = stories = 0
        while killed < KILLS:
            if self.import_and_kill():
                killed += 1
                if killed % 10 == 0:
                    stories = self.sound(stories)
            else:  # all is in: from the beginning
                self.assertEqual(self.sound(stories), STORIES)
                self.fresh()
                stories = 0
        self.finish()

    def test_server__killed_during_imports(self):
        killed = stories = 0
        while killed < SERVER_KILLS:
            server = self.serve()
            # A client that comes too late for the server does it itself.
            killed += self.import_and_kill(server.process)
            server.kill()
            stories = self.sound(stories)
            if stories == STORIES:
                self.fresh()
                stories = 0
        self.finish()


if __name__ == "__main__":
    main()
