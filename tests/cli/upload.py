#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/upload: every rule of tus 1.0 that we keep, the malformed first."""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import resource
import socket
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from newsroom import PATIENCE, PROGRAM, NewsroomTest, main, run
from tour import examples

PAGE = Path(__file__).resolve().parents[2] / "docs" / "UPLOAD.md"

OCTETS = "application/offset+octet-stream"
ADDRESS = re.compile(r"^/upload/[A-Za-z0-9_-]{22}$")
ASSET = re.compile(r"^/\d{4}/\d\d/\d\d/courier_\d{18}$")


def base64_of(value):
    data = value.encode() if isinstance(value, str) else value
    return base64.b64encode(data).decode()


def metadata(**pairs):
    return ",".join(f"{k} {base64_of(v)}" for k, v in pairs.items())


def checksum(data, name="sha1"):
    return f"{name} {base64_of(hashlib.new(name, data).digest())}"


class Upload(NewsroomTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        where = ["--data", cls.mould / "newsroom"]
        for email in ("ada@example.org", "bob@example.org"):
            run("user", "add", email, *where)
        cls.picture = cls.mould / "quay.jpg"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x400",
             "-frames:v", "1", "-strict", "-1", cls.picture],
            check=True, timeout=PATIENCE)
        subprocess.run(
            ["exiftool", "-q", "-overwrite_original", "-GPSLatitude=54.3",
             "-GPSLatitudeRef=N", "-Make=Acme", cls.picture],
            check=True, timeout=PATIENCE)
        cls.bytes = cls.picture.read_bytes()

    def setUp(self):
        super().setUp()
        self.token = self.give("ada@example.org")
        self.server = self.serve()

    def give(self, email, *words):
        return self.json("token", "add", email, *words)["token"]

    def ask(self, method, path="/upload", body=None, token=None, **headers):
        """Names of headers with _ for -; None leaves one of ours out."""
        send = {"Tus-Resumable": "1.0.0",
                "Authorization": f"Bearer {token or self.token}"}
        for name, value in headers.items():
            send[name.replace("_", "-")] = value
        send = {k: str(v) for k, v in send.items() if v is not None}
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body, send)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
            return answer

    def refuses(self, status, words, method, path="/upload", body=None, **more):
        answer = self.ask(method, path, body, **more)
        return self.is_refused(answer, status, words, method)

    def is_refused(self, answer, status, words, method):
        self.assertEqual(answer.status, status, answer.text)
        if method != "HEAD":
            self.assertIn(words, answer.text)
            self.assertRegex(answer.text, r"\A[A-Z0-9].*\.\n\Z")
        self.assertEqual(answer.headers["Tus-Resumable"], "1.0.0")
        self.assertIsNone(answer.headers["Upload-Offset"])
        return answer

    def create(self, size=None, **more):
        answer = self.ask("POST", Upload_Length=size or len(self.bytes), **more)
        self.assertEqual(answer.status, 201, answer.text)
        self.assertRegex(answer.headers["Location"], ADDRESS)
        return answer.headers["Location"]

    def patch(self, path, offset, data, **more):
        return self.ask("PATCH", path, data,
                        **{"Content_Type": OCTETS, "Upload_Offset": offset,
                           **more})

    def offset(self, path):
        answer = self.ask("HEAD", path)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        return int(answer.headers["Upload-Offset"])

    def begin(self, path, offset, length, token=None):
        """A PATCH whose body is still to come."""
        s = socket.create_connection(("127.0.0.1", self.server.port), PATIENCE)
        self.addCleanup(s.close)
        s.sendall((
            f"PATCH {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: Bearer {token or self.token}\r\n"
            f"Content-Type: {OCTETS}\r\nContent-Length: {length}\r\n"
            f"Upload-Offset: {offset}\r\n\r\n").encode())
        return s

    def until(self, what):
        end = time.monotonic() + PATIENCE
        while not what():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.01)

    def files(self):
        return sorted(p.name for p in (self.data / "media/uploads").glob("*"))

    def blob_of(self, address):
        """The original's bytes, by the asset's address."""
        [asset] = [a for a in self.json("media", "list")
                   if a["address"] == address]
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            ((digest,),) = db.execute("SELECT blob FROM asset WHERE id = ?",
                                      (asset["id"],))
        return (self.data / "media/blobs" / digest[:2] / digest[2:4]
                / digest).read_bytes()


class Malformed(Upload):
    def test_version__must_be_ours(self):
        for version in (None, "0.2.2", "1.0.1", ""):
            answer = self.refuses(412, "1.0.0", "POST", Upload_Length=10,
                                  Tus_Resumable=version)
            self.assertEqual(answer.headers["Tus-Version"], "1.0.0")

    def test_token__must_hold(self):
        revoked = self.json("token", "add", "ada@example.org")
        self.masthead("token", "revoke", revoked["id"])
        for given in (None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x",
                      f"Bearer {self.token[:-1]}",
                      f"Bearer {self.token[:-1]}~", f"Bearer {self.token}x",
                      f"Bearer {revoked['token']}",
                      f"Token {self.token}"):
            for method, path in (("POST", "/upload"),
                                 ("HEAD", "/upload/" + "a" * 22),
                                 ("PATCH", "/upload/" + "a" * 22),
                                 ("DELETE", "/upload/" + "a" * 22)):
                answer = self.refuses(401, "oken", method, path,
                                      Authorization=given, Upload_Length=1)
                self.assertEqual(answer.headers["WWW-Authenticate"],
                                 'Bearer realm="upload"')
        self.assertEqual(self.files(), [])

    def test_length__must_be_a_number_within_the_limits(self):
        for length in (None, "", "-1", "+1", "1.5", "0x10", " ", "1 2", "a",
                       "9" * 30):
            self.refuses(400, "Upload-Length", "POST", Upload_Length=length)
        self.refuses(400, "empty", "POST", Upload_Length=0)
        self.refuses(400, "length must be known", "POST",
                     Upload_Defer_Length=1)
        self.refuses(413, str(20 << 30), "POST",
                     Upload_Length=(20 << 30) + 1)

    def test_metadata__must_be_keys_and_base64(self):
        for wrong in (",", "a,", ",a", "a,,b", "a b", "a !!!!", "a YQ", "a YQ=",
                      "a YQ== YQ==", "a YQ==,a YQ==", "ä YQ==",
                      "alt " + base64_of(b"\xff"),
                      "alt " + base64_of("two\nlines"),
                      "alt " + base64_of("x" * 2001),
                      ",".join(f"k{i}" for i in range(33)),
                      "a " + "YQ" * 2048 + "=="):
            with self.subTest(wrong[:40]):
                self.refuses(400, "Upload-Metadata", "POST", Upload_Length=10,
                             Upload_Metadata=wrong.encode("utf-8").decode(
                                 "latin-1"))

    def test_type__must_be_one_that_is_taken(self):
        for type_ in ("application/pdf", "text/html", "image/bmp"):
            self.refuses(415, "image/jpeg", "POST", Upload_Length=10,
                         Upload_Metadata=metadata(filetype=type_))
        for type_ in ("", "image/jpeg", "IMAGE/PNG", "video/mp4", "audio/mpeg", "application/octet-stream",
                      "image/svg+xml; charset=utf-8"):
            self.create(10, Upload_Metadata=metadata(filetype=type_))

    def test_patch__must_say_what_and_where(self):
        path = self.create()
        for type_ in (None, "application/octet-stream", "text/plain"):
            self.refuses(415, OCTETS, "PATCH", path, b"abc", Upload_Offset=0,
                         Content_Type=type_)
        for offset in (None, "", "-1", "+0", "a", "0 ,0", "9" * 30):
            self.refuses(400, "Upload-Offset", "PATCH", path, b"abc",
                         Upload_Offset=offset, Content_Type=OCTETS)
        for offset in (1, len(self.bytes)):
            self.refuses(409, "another offset", "PATCH", path, b"abc",
                         Upload_Offset=offset, Content_Type=OCTETS)
        self.refuses(413, "more than", "PATCH", path, self.bytes + b"x",
                     Upload_Offset=0, Content_Type=OCTETS)
        self.assertEqual(self.offset(path), 0)

    def test_patch__in_chunks_may_not_go_beyond_the_end(self):
        path = self.create(6)
        self.refuses(413, "more than", "PATCH", path,
                     iter([b"abc", b"defg"]), Upload_Offset=0,
                     Content_Type=OCTETS)
        self.assertLessEqual(self.offset(path), 6)

    def test_checksum__must_be_one_that_is_known(self):
        path = self.create()
        for wrong in ("sha1", "sha1 ", "sha1 !", "sha1 YQ==", "md5 YQ==",
                      "sha256 " + base64_of(b"x" * 20), "SHA1 YQ==", " ",
                      "sha1  " + base64_of(b"x" * 20)):
            if wrong.strip():
                self.refuses(400, "Upload-Checksum", "PATCH", path, b"abc",
                             Upload_Offset=0, Content_Type=OCTETS,
                             Upload_Checksum=wrong)
        self.assertEqual(self.offset(path), 0)

    def test_address__that_is_none(self):
        for path in ("/upload/x", "/upload/" + "a" * 21, "/upload/" + "a" * 23,
                     "/upload/" + "a" * 22, "/upload/%61" + "a" * 21,
                     "/upload/" + "a" * 22 + "/", "/upload/a/b"):
            for method in ("HEAD", "PATCH", "DELETE"):
                self.refuses(404, "no such upload", method, path,
                             Content_Type=OCTETS, Upload_Offset=0)
        self.assertEqual(self.ask("GET", "/uploads").status, 404)

    def test_method__that_is_none(self):
        path = self.create()
        for method in ("GET", "PUT", "POST"):
            answer = self.refuses(405, "method", method, path)
            self.assertEqual(answer.headers["Allow"],
                             "OPTIONS, HEAD, PATCH, DELETE")
        for method in ("GET", "HEAD", "PATCH", "DELETE", "PUT"):
            answer = self.refuses(405, "method", method, "/upload",
                                  Content_Type=OCTETS, Upload_Offset=0)
            self.assertEqual(answer.headers["Allow"], "OPTIONS, POST")


class Core(Upload):
    def test_options__says_the_limits_to_anybody(self):
        answer = self.ask("OPTIONS", Authorization=None, Tus_Resumable=None)
        self.assertEqual(answer.status, 200)
        said = answer.headers
        self.assertEqual(said["Tus-Version"], "1.0.0")
        self.assertEqual(said["Tus-Max-Size"], str(20 << 30))
        self.assertEqual(said["Tus-Checksum-Algorithm"], "sha1,sha256")
        self.assertEqual(said["Tus-Extension"],
                         "creation,creation-with-upload,expiration,checksum,"
                         "termination")
        limits = json.loads(answer.text)
        self.assertEqual(limits["max_bytes"], 20 << 30)
        self.assertIn("image/heic", limits["types"])

    def test_pieces__become_an_asset(self):
        path = self.create(Upload_Metadata=metadata(
            filename="quay.jpg", filetype="image/jpeg", alt="A quay in fog",
            credit="N. S.", copyright="© N. S.",
            licence="https://a.example/by", other=b"\xff\x00"))
        at = 0
        for size in (1, 1000, 4096, 0, 10):
            answer = self.patch(path, at, self.bytes[at:at + size])
            at += size
            self.assertEqual(answer.status, 204, answer.text)
            self.assertEqual(answer.headers["Upload-Offset"], str(at))
            self.assertRegex(answer.headers["Upload-Expires"],
                             r"^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$")
            self.assertIsNone(answer.headers["Masthead-Asset"])
            self.assertEqual(self.offset(path), at)
        answer = self.patch(path, at, self.bytes[at:])
        self.assertEqual(answer.status, 204, answer.text)
        self.assertEqual(answer.headers["Upload-Offset"],
                         str(len(self.bytes)))
        address = answer.headers["Masthead-Asset"]
        self.assertRegex(address, ASSET)
        self.assertEqual(answer.headers["Masthead-Kept-Back"],
                         "location, device")
        [asset] = self.json("media", "list")
        self.assertEqual(
            [asset[k] for k in ("address", "type", "width", "alt", "credit",
                                "copyright", "licence")],
            [address, "image/jpeg", 640, "A quay in fog", "N. S.", "© N. S.",
             "https://a.example/by"])
        self.assertEqual(self.blob_of(address), self.bytes)
        self.assertEqual(self.files(), [])
        # Whoever lost the answer asks again.
        for again in (self.ask("HEAD", path),
                      self.patch(path, len(self.bytes), b"")):
            self.assertEqual(again.headers["Masthead-Asset"], address)
            self.assertEqual(again.headers["Upload-Length"],
                             str(len(self.bytes)))

    def test_head__gives_back_the_metadata(self):
        given = metadata(filename="ä.jpg") + ",empty,other AAAA"
        answer = self.ask("HEAD", self.create(Upload_Metadata=given))
        self.assertEqual(answer.headers["Upload-Metadata"], given)
        self.assertEqual(answer.headers["Upload-Length"],
                         str(len(self.bytes)))
        self.assertIsNone(
            self.ask("HEAD", self.create()).headers["Upload-Metadata"])

    def test_creation_with_upload__whole_and_in_part(self):
        answer = self.ask("POST", body=self.bytes, Content_Type=OCTETS,
                          Upload_Length=len(self.bytes))
        self.assertEqual(answer.status, 201, answer.text)
        self.assertRegex(answer.headers["Location"], ADDRESS)
        self.assertEqual(answer.headers["Upload-Offset"],
                         str(len(self.bytes)))
        self.assertRegex(answer.headers["Masthead-Asset"], ASSET)
        answer = self.ask("POST", body=b"abc", Content_Type=OCTETS,
                          Upload_Length=10)
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.headers["Upload-Offset"], "3")
        self.assertEqual(self.offset(answer.headers["Location"]), 3)
        self.refuses(413, "more than", "POST", body=b"abcd",
                     Content_Type=OCTETS, Upload_Length=3)
        self.refuses(415, OCTETS, "POST", body=b"abcd", Upload_Length=4)
        # Refused at the head, and so nothing was made of it.
        self.assertEqual(len(self.files()), 1)

    def test_same_bytes__are_the_same_asset(self):
        [a] = self.json("media", "add", self.picture)
        answer = self.ask("POST", body=self.bytes, Content_Type=OCTETS,
                          Upload_Length=len(self.bytes))
        self.assertEqual(answer.headers["Masthead-Asset"], a["address"])
        self.assertEqual(len(self.json("media", "list")), 1)

    def clip(self):
        path = self.room / "clip.mp4"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64",
             "-frames:v", "10", path], check=True, timeout=PATIENCE)
        return path.read_bytes()

    def test_film__is_taken_with_its_job(self):
        data = self.clip()
        answer = self.ask("POST", body=data, Content_Type=OCTETS,
                          Upload_Length=len(data))
        self.assertEqual(answer.status, 201, answer.text)
        [film] = self.json("media", "list")
        self.assertEqual(film["address"], answer.headers["Masthead-Asset"])
        self.assertEqual(film["kind"], "video")
        self.assertIn("job", film)

    def test_no_media__is_refused_in_words_and_leaves_nothing(self):
        for data, words in ((b"No picture at all.", "picture"),
                            (self.bytes[:3000], "damaged"),
                            (self.clip()[:700], "")):
            path = self.create(len(data))
            answer = self.patch(path, 0, data)
            self.assertEqual(answer.status, 422, answer.text)
            self.assertIn(words, answer.text)
            answer = self.patch(path, len(data), b"")
            self.assertEqual(answer.status, 410)
            self.assertIn(words, answer.text)
            self.refuses(410, "", "HEAD", path)
        self.assertEqual(self.json("media", "list"), [])
        self.assertEqual(self.files(), [])

    def test_override__of_the_method(self):
        path = self.create(10)
        answer = self.ask("POST", path, b"abc", Upload_Offset=0,
                          Content_Type=OCTETS, X_HTTP_Method_Override="PATCH")
        self.assertEqual((answer.status, answer.headers["Upload-Offset"]),
                         (204, "3"))
        answer = self.ask("POST", path, X_HTTP_Method_Override="DELETE")
        self.assertEqual(answer.status, 204)

    def test_origin__only_the_house_may_read(self):
        own = f"http://127.0.0.1:{self.server.port}"
        for origin, given in ((own, own), ("http://evil.example", None),
                              ("null", None), (own + ".evil.example", None)):
            for method in ("OPTIONS", "POST"):
                answer = self.ask(method, Origin=origin, Upload_Length=10)
                self.assertEqual(
                    answer.headers["Access-Control-Allow-Origin"], given)
                self.assertEqual(answer.headers["Vary"], "Origin")
        answer = self.ask("OPTIONS", Origin=own, Authorization=None)
        self.assertIn("PATCH", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("Authorization",
                      answer.headers["Access-Control-Allow-Headers"])
        answer = self.ask("POST", Origin=own, Upload_Length=10)
        self.assertIn("Location",
                      answer.headers["Access-Control-Expose-Headers"])


class Extensions(Upload):
    def test_checksum__right_is_kept_wrong_is_not(self):
        path = self.create()
        at = 0
        for name in ("sha1", "sha256"):
            for size in (1, 55, 56, 63, 64, 65, 1000):
                part = self.bytes[at:at + size]
                answer = self.patch(path, at, part + b"",
                                    Upload_Checksum=checksum(b"x", name))
                self.assertEqual(answer.status, 460, answer.text)
                self.assertIn("none was kept", answer.text)
                self.assertEqual(self.offset(path), at)
                answer = self.patch(path, at, part,
                                    Upload_Checksum=checksum(part, name))
                self.assertEqual(answer.status, 204, answer.text)
                at += size
                self.assertEqual(self.offset(path), at)
        answer = self.patch(path, at, self.bytes[at:],
                            Upload_Checksum=checksum(self.bytes[at:]))
        self.assertEqual(self.blob_of(answer.headers["Masthead-Asset"]),
                         self.bytes)

    def test_checksum__of_a_chunk_cut_off_keeps_none_of_it(self):
        path = self.create(10)
        s = socket.create_connection(("127.0.0.1", self.server.port), PATIENCE)
        s.sendall((
            f"PATCH {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: {OCTETS}\r\n"
            f"Content-Length: 10\r\nUpload-Offset: 0\r\n"
            f"Upload-Checksum: {checksum(b'abcdefghij')}\r\n\r\nabc").encode())
        self.until(lambda: self.files())
        self.assertEqual(self.offset(path), 0)
        s.close()
        self.assertEqual(self.patch(path, 0, b"abcde").status, 204)
        self.assertEqual(self.offset(path), 5)

    def test_delete__takes_it_back(self):
        path = self.create()
        self.patch(path, 0, self.bytes[:100])
        self.assertEqual(len(self.files()), 1)
        self.assertEqual(self.ask("DELETE", path).status, 204)
        self.assertEqual(self.files(), [])
        for method in ("HEAD", "DELETE", "PATCH"):
            self.refuses(404, "no such", method, path, Upload_Offset=100,
                         Content_Type=OCTETS)

    def test_delete__of_what_is_done_leaves_the_asset(self):
        answer = self.ask("POST", body=self.bytes, Content_Type=OCTETS,
                          Upload_Length=len(self.bytes))
        path = answer.headers["Location"]
        self.assertEqual(self.ask("DELETE", path).status, 204)
        self.refuses(404, "", "HEAD", path)
        self.assertEqual(len(self.json("media", "list")), 1)

    def test_delete__while_bytes_come(self):
        path = self.create(10)
        s = self.begin(path, 0, 10)
        s.sendall(b"abc")
        self.until(lambda: self.offset(path) == 3)
        self.assertEqual(self.ask("DELETE", path).status, 204)
        s.sendall(b"defghij")
        self.assertIn(b" 423 ", s.recv(100))
        self.refuses(404, "", "HEAD", path)
        self.assertEqual(self.files(), [])

    def expire(self, path):
        """As if a week had gone by."""
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            db.execute("UPDATE upload SET expires_at = 1000 WHERE name = ?",
                       (path.removeprefix("/upload/"),))
            db.commit()

    def ask_expired(self, method):
        """Its answer, of one that the timer has not swept yet, and its path."""
        while True:
            path = self.create()
            self.patch(path, 0, self.bytes[:100])
            self.expire(path)
            answer = self.ask(method, path, Upload_Offset=100,
                              Content_Type=OCTETS)
            if answer.status != 404:
                return answer, path

    def test_expired__is_gone_and_swept(self):
        other = self.create()
        self.patch(other, 0, self.bytes[:100])
        for method in ("HEAD", "PATCH", "DELETE"):
            answer, path = self.ask_expired(method)
            self.is_refused(answer, 410, "expired", method)
        self.masthead("user", "add", "eve@example.org")  # wakes the timer
        self.until(lambda: len(self.files()) == 1)
        self.refuses(404, "", "HEAD", path)
        self.assertEqual(self.offset(other), 100)


class Broken(Upload):
    def test_cut__keeps_what_came(self):
        path = self.create()
        at = 0
        for size in (1, 7, 500, 5000):
            s = self.begin(path, at, len(self.bytes) - at)
            s.sendall(self.bytes[at:at + size])
            at += size
            self.until(lambda: self.offset(path) == at)
            s.close()
        self.assertEqual(self.offset(path), at)
        answer = self.patch(path, at, self.bytes[at:])
        self.assertEqual(self.blob_of(answer.headers["Masthead-Asset"]),
                         self.bytes)

    def test_cut__without_a_look_in_between(self):
        path = self.create()
        s = self.begin(path, 0, len(self.bytes))
        s.sendall(self.bytes[:5000])
        s.shutdown(socket.SHUT_WR)
        self.assertEqual(s.recv(10), b"")
        self.until(lambda: self.offset(path) == 5000)
        self.assertEqual(self.patch(path, 5000, self.bytes[5000:]).status, 204)

    def test_half_open__holds_nobody_up(self):
        """A line that broke without a word: the sender comes again."""
        path = self.create()
        dead = self.begin(path, 0, len(self.bytes))
        dead.sendall(self.bytes[:5000])
        self.until(lambda: self.offset(path) == 5000)
        # Not at an offset that is past, as one would who knows nothing.
        self.refuses(409, "at another offset", "PATCH", path, b"x",
                     Upload_Offset=0, Content_Type=OCTETS)
        answer = self.patch(path, 5000, self.bytes[5000:9000])
        self.assertEqual(answer.status, 204, answer.text)
        dead.sendall(self.bytes[5000:])
        self.assertIn(b" 423 ", dead.recv(100))
        self.assertEqual(self.offset(path), 9000)
        answer = self.patch(path, 9000, self.bytes[9000:])
        self.assertEqual(self.blob_of(answer.headers["Masthead-Asset"]),
                         self.bytes)

    def test_others__know_nothing_of_it(self):
        path = self.create(Upload_Metadata=metadata(filename="secret.jpg"))
        bob = self.give("bob@example.org")
        for method in ("HEAD", "PATCH", "DELETE"):
            self.refuses(404, "no such upload", method, path, token=bob,
                         Upload_Offset=0, Content_Type=OCTETS)
        # But every token of the same person may go on.
        other = self.give("ada@example.org", "--label", "laptop")
        self.assertEqual(
            self.patch(path, 0, self.bytes[:10], token=other).status, 204)

    def test_killed__whole_and_not_looked_at(self):
        """What was acknowledged becomes an asset after the restart."""
        path = self.create()
        self.patch(path, 0, self.bytes[:-1])
        self.server.kill()
        name = path.removeprefix("/upload/")
        with (self.data / "media/uploads" / name).open("ab") as f:
            f.write(self.bytes[-1:])
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            db.execute("UPDATE upload SET kept = size")
            db.commit()
        self.server = self.serve()
        self.until(lambda: self.json("media", "list"))
        address = self.ask("HEAD", path).headers["Masthead-Asset"]
        self.assertEqual(self.blob_of(address), self.bytes)
        self.assertEqual(self.files(), [])

    def test_killed__leaves_no_file_without_a_row(self):
        self.server.kill()
        folder = self.data / "media/uploads"
        folder.mkdir(exist_ok=True)
        (folder / ("a" * 22)).write_bytes(b"abc")
        self.server = self.serve()
        self.assertEqual(self.files(), [])

    def test_lost_file__is_said(self):
        path = self.create()
        self.patch(path, 0, self.bytes[:100])
        (self.data / "media/uploads" / path.removeprefix("/upload/")).unlink()
        self.refuses(410, "begin it anew", "PATCH", path, b"abc",
                     Upload_Offset=100, Content_Type=OCTETS)


class Limits(Upload):
    def test_many__are_refused_until_some_end(self):
        paths = [self.create(10) for _ in range(100)]
        self.refuses(429, "100 uploads", "POST", Upload_Length=10)
        self.ask("DELETE", paths[0])
        self.create(10)
        self.assertEqual(
            self.ask("POST", Upload_Length=10,
                     token=self.give("bob@example.org")).status, 201)

    def test_bytes__of_one_person_have_a_limit(self):
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            path = self.create(10)
            db.execute("UPDATE upload SET size = ? WHERE name = ?",
                       ((40 << 30) - 5, path.removeprefix("/upload/")))
            db.commit()
        self.create(5)
        self.refuses(429, "bytes are under way", "POST", Upload_Length=1)

    def test_disk__that_takes_no_more(self):
        """What was acknowledged stays, and the rest may come later."""
        self.server.kill()
        limit = 1 << 20

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        data = os.urandom(limit * 2)
        self.server = self.serve(preexec_fn=small)
        path = self.create(len(data))
        self.assertEqual(self.patch(path, 0, data[:1000]).status, 204)
        answer = self.patch(path, 1000, data[1000:])
        self.assertEqual(answer.status, 507, answer.text)
        self.assertIn("disk is full", answer.text)
        at = self.offset(path)
        self.assertGreaterEqual(at, 1000)
        self.assertLessEqual(at, limit)
        self.server.kill()
        self.server = self.serve()
        self.assertEqual(self.offset(path), at)
        self.assertEqual(self.patch(path, at, data[at:]).status, 422)

    def test_readers__are_served_while_bytes_come(self):
        held = []
        for _ in range(12):
            path = self.create(1 << 20)
            s = self.begin(path, 0, 1 << 20)
            s.sendall(b"x" * 1000)
            held.append(s)
        self.assertEqual(self.server.get("/")[0], 200)
        self.assertIn(b"masthead_upload_bytes_total",
                      self.server.get("/metrics")[1])

    def test_token__is_listed_with_its_use_and_taken_back_at_once(self):
        [before] = self.json("token", "list")
        self.assertIsNone(before["used"])
        path = self.create()
        [after] = self.json("token", "list")
        self.assertIsNotNone(after["used"])
        self.assertEqual(after["state"], "holds")
        self.assertNotIn(self.token[6:], json.dumps(after))
        self.masthead("token", "revoke", after["id"])
        self.refuses(401, "does not hold", "HEAD", path)
        self.assertEqual(self.json("token", "list")[0]["state"], "revoked")

    def test_token__commands_refuse(self):
        self.assertIn("no account", self.refused("token", "add", "x@y.org"))
        self.assertIn("no token 99", self.refused("token", "revoke", 99))
        self.assertIn("--days", self.refused(
            "token", "add", "ada@example.org", "--days", 99999))
        said = self.masthead("token", "add", "ada@example.org", "--label",
                             "Ada's phone", "--days", 30).stdout
        self.assertRegex(said, r"mht_2_[A-Za-z0-9_-]{43}\n")
        self.assertIn("Ada's phone", self.masthead("token", "list").stdout)


class Page(Upload):
    """docs/UPLOAD.md, run as it stands there."""

    def setUp(self):
        NewsroomTest.setUp(self)
        self.masthead("user", "add", "ilse@example.org")
        self.server = self.serve()

    def test_examples__are_true(self):
        (self.room / "quay.jpg").write_bytes(self.bytes)
        (self.room / "bin").mkdir()
        (self.room / "bin/masthead").symlink_to(PROGRAM)
        environment = os.environ | {
            "PATH": f"{self.room}/bin:{os.environ['PATH']}",
            "SITE": f"http://127.0.0.1:{self.server.port}"}
        count = 0
        for number, command, printed in examples(PAGE.read_text()):
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.room, env=environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE)
            wanted = ".*".join(map(re.escape, printed.split("…")))
            self.assertRegex(done.stdout.replace("\r", ""),
                             re.compile(rf"\A{wanted}\Z", re.S),
                             f"{PAGE.name}:{number}: {command}")
            count += 1
        self.assertGreater(count, 8)


if __name__ == "__main__":
    main()
