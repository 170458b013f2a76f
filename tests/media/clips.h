/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_CLIPS_H
#define MEDIA_CLIPS_H

/*
 * Films for tests, made on the spot by the ffmpeg program, and what ffprobe
 * says of those that come out.  Everything lies in one folder of its own.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

static char clips_folder[64];

static inline void
clips_begin(void)
{
	(void)snprintf(
	    clips_folder, sizeof clips_folder, "/tmp/masthead-clips-XXXXXX");
	if (mkdtemp(clips_folder) == NULL)
		abort();
}

static inline void
clips_remove(const char *path)
{
	DIR *d = opendir(path);
	char below[1024];

	if (d == NULL) {
		(void)unlink(path);
		return;
	}
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		(void)snprintf(
		    below, sizeof below, "%.512s/%.255s", path, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			clips_remove(below);
	}
	(void)closedir(d);
	(void)rmdir(path);
}

static inline void
clips_end(void)
{
	clips_remove(clips_folder);
}

/* A path in the folder; one of four buffers in turn. */
static inline const char *
clips_path(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *p = paths[next++ % 4];

	(void)snprintf(p, sizeof paths[0], "%s/%.128s", clips_folder, name);
	return p;
}

static inline const char *clips_run(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Runs a command in the folder; what it printed, without the last newline. */
static inline const char *
clips_run(const char *format, ...)
{
	static char out[65536];
	static char command[8192];
	va_list args;
	size_t n;
	int at = snprintf(command, sizeof command, "cd %s && ", clips_folder);
	FILE *p;

	va_start(args, format);
	(void)vsnprintf(
	    command + at, sizeof command - (size_t)at, format, args);
	va_end(args);
	p = popen(command, "r");
	if (p == NULL)
		abort();
	n = fread(out, 1, sizeof out - 1, p);
	while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == ','))
		n--;
	out[n] = '\0';
	if (pclose(p) != 0) {
		fprintf(stderr, "failed: %s\n%s\n", command, out);
		abort();
	}
	return out;
}

/* One more run of ffmpeg, on what the first one made. */
#define CLIP_THEN " flat.mp4 && ffmpeg -nostdin -v error -y -i flat.mp4 "

/* Makes a clip by ffmpeg's words, unless it is there; a descriptor of it. */
static inline int
clip(const char *name, const char *words)
{
	int fd;

	if (access(clips_path(name), R_OK) != 0)
		(void)clips_run(
		    "ffmpeg -nostdin -v error -y %s %s 2>&1", words, name);
	fd = open(clips_path(name), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	return fd;
}

/* The first bytes of a clip, as a file of its own. */
static inline int
clip_part(const char *name, const char *part, int percent)
{
	struct stat st;
	int fd;

	if (stat(clips_path(name), &st) != 0)
		abort();
	(void)clips_run("head -c %lld %s > %s",
	    (long long)st.st_size * percent / 100, name, part);
	fd = open(clips_path(part), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	return fd;
}

/* One value that ffprobe tells: "stream=width", of streams "v:0". */
static inline const char *
clips_probe(const char *name, const char *streams, const char *entry)
{
	return clips_run("ffprobe -v error -select_streams %s -count_frames "
			 "-show_entries %s -of csv=p=0 %s 2>&1 | head -n 1",
	    streams, entry, name);
}

/* How like its source a rendition is: 1 is the same. */
static inline double
clips_ssim(const char *name, const char *source, const char *filter)
{
	return atof(
	    clips_run("ffmpeg -nostdin -v info -i %s -i %s -lavfi "
		      "'[1:v]%s[b];[b][0:v]scale2ref=flags=bicubic[r][a];"
		      "[a]settb=1/1000,setpts=PTS-STARTPTS[x];"
		      "[r]settb=1/1000,setpts=PTS-STARTPTS[y];[x][y]ssim' "
		      "-f null - 2>&1 | sed -n 's/.*All:\\([0-9.]*\\).*/\\1/p'",
		name, source, filter));
}

#endif
