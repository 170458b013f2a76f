#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Search, from the command line and after an upgrade: the index is whole when
an import returns, is made anew by a command, and by the server alone when it
was made by other libraries.
"""

import time

from newsroom import PATIENCE, NewsroomTest, main, markdown

STORIES = 60


class Search(NewsroomTest):
    def setUp(self):
        super().setUp()
        for n in range(1, STORIES + 1):
            self.write(f"archive/{n}.md", markdown(n))
        self.masthead("import", str(self.room / "archive"))

    def found(self, server, words):
        status, body = server.get(f"/search?q={words}")
        self.assertEqual(status, 200)
        for line in body.decode().splitlines():
            if "Stories found: " in line:
                return int(line.split("Stories found: ")[1].split(".")[0])
        return 0

    def unfinished(self, server):
        return b"is being made anew" in server.get("/search?q=story")[1]

    def becomes_whole(self, server):
        end = time.monotonic() + PATIENCE
        while self.unfinished(server):
            self.assertLess(time.monotonic(), end, "it never becomes whole")

    def test_search__knows_all_that_was_imported(self):
        server = self.serve()
        self.assertFalse(self.unfinished(server))
        self.assertEqual(self.found(server, "story"), STORIES)

    def test_search__learns_of_an_import_into_the_running_server(self):
        server = self.serve()
        self.write("more/a.md", markdown(STORIES + 1))
        self.masthead("import", str(self.room / "more"))
        self.assertEqual(self.found(server, "story"), STORIES + 1)
        self.assertFalse(self.unfinished(server))

    def test_search__is_rebuilt_by_a_command(self):
        self.tamper("DELETE FROM search_doc",
                    "INSERT INTO search(search) VALUES('delete-all')")
        self.assertEqual(self.json("search", "rebuild"), {"stories": STORIES})
        server = self.serve()
        self.assertEqual(self.found(server, "story"), STORIES)
        self.assertEqual(self.json("search", "rebuild"), {"stories": STORIES})
        self.assertEqual(self.found(server, "story"), STORIES)

    def test_search__is_made_anew_by_the_server_under_other_libraries(self):
        self.tamper("UPDATE search_state SET analysis = 'of last year'",
                    "INSERT INTO search(search) VALUES('delete-all')")
        server = self.serve()
        self.becomes_whole(server)
        self.assertEqual(self.found(server, "story"), STORIES)
        self.assertIn("search_index state=whole", server.said())

    def test_search__forgets_what_is_withdrawn(self):
        server = self.serve()
        first = self.stories()[0]["id"]
        self.masthead("story", "unpublish", str(first))
        self.assertEqual(self.found(server, "story"), STORIES - 1)
        self.masthead("story", "publish", str(first))
        self.assertEqual(self.found(server, "story"), STORIES)


main()
