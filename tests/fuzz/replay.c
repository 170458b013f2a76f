/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over the files of the folders given, without a fuzzer:
 * what was once found stays found, with any compiler.
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data = NULL;
	size_t n = 0;

	if (f == NULL || fstat(fileno(f), &st) != 0) {
		perror(path);
		return 1;
	}
	/* Exactly as long as the input, so that reading past it is seen. */
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (data == NULL)
		abort();
	n = fread(data, 1, (size_t)st.st_size, f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

static int
replay_folder(const char *path, size_t *count)
{
	DIR *d = opendir(path);
	const struct dirent *e = NULL;
	int failed = 0;

	if (d == NULL) {
		perror(path);
		return 1;
	}
	while ((e = readdir(d)) != NULL) {
		char file[4096];

		if (e->d_name[0] == '.')
			continue;
		snprintf(file, sizeof file, "%s/%s", path, e->d_name);
		failed |= replay_file(file);
		(*count)++;
	}
	closedir(d);
	return failed;
}

int
main(int argc, char **argv)
{
	size_t count = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay_folder(argv[i], &count);
	printf("%zu inputs replayed\n", count);
	/* An empty corpus would prove nothing. */
	return failed != 0 || count == 0;
}
