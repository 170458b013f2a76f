/* SPDX-License-Identifier: MIT */
/* Looking at files of any kind, and stills of a video's frame. */

#include "media/run.h"
#include "media/settings.h"

static const struct media_job no_stills;

enum err
media_probe(
    struct ctx *ctx, struct media *m, int input, struct media_probe *out)
{
	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.task = WIRE_PROBE,
		.job = &no_stills,
		.seconds = media_settings_of(m)->deadline,
	};

	TRY(run_check_input(ctx, WIRE_PROBE, input));
	TRY(run_do(&r, input));
	*out = (struct media_probe){ .picture = r.facts, .film = r.film };
	if (r.has_facts)
		out->kind = MEDIA_PICTURE;
	else
		out->kind = r.film.width > 0 ? MEDIA_VIDEO : MEDIA_SOUND;
	return ERR_OK;
}

enum err
media_frame(struct ctx *ctx, struct media *m, int input, uint32_t frame,
    const struct media_job *job, struct media_result *out)
{
	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.task = WIRE_FRAME,
		.job = job,
		.frame = frame,
		.seconds = media_settings_of(m)->deadline,
	};

	run_check_job(job);
	TRY(run_check_input(ctx, WIRE_FRAME, input));
	TRY(run_do(&r, input));
	*out = (struct media_result){
		.facts = {
			.width = r.film.width,
			.height = r.film.height,
			.frames = r.film.frames,
			.location = r.film.location,
			.device = r.film.device,
			.owner = r.film.owner,
			.history = r.film.history,
		},
		.stills = r.stills,
		.n = r.n,
	};
	return ERR_OK;
}
