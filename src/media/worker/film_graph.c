/* SPDX-License-Identifier: MIT */
/* Filter graphs, put together from a few known words. */

#include "media/worker/film_graph.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/bprint.h>
#include <libavutil/channel_layout.h>
#include <libavutil/pixdesc.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 4096 };

static const char *
turn_words(int degrees)
{
	switch (degrees) {
	case 90:
		return "transpose=clock,";
	case 180:
		return "hflip,vflip,";
	case 270:
		return "transpose=cclock,";
	default:
		return "";
	}
}

static bool
is_hdr(const AVFrame *f)
{
	return f->color_trc == AVCOL_TRC_SMPTE2084 ||
	       f->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

/* Scaled, turned, in SDR; the size is as the stored frame lies. */
static void
base_words(AVBPrint *b, const AVFrame *like, const struct graph_want *want)
{
	int turn = film_turn(want->stream);
	bool across = turn % 180 != 0;
	uint32_t w = across ? want->sizes[0].height : want->sizes[0].width;
	uint32_t h = across ? want->sizes[0].width : want->sizes[0].height;

	/* Television's half pictures, before anything mixes their lines. */
	if (like->interlaced_frame ||
	    want->stream->codecpar->field_order > AV_FIELD_PROGRESSIVE)
		av_bprintf(b, "yadif=deint=interlaced,");
	if (want->rate.num > 0)
		av_bprintf(b, "fps=%d/%d:start_time=0,", want->rate.num,
		    want->rate.den);
	if (is_hdr(like))
		/* 203 cd/m2 is what BT.2408 calls white on paper. */
		av_bprintf(b,
		    "scale=%u:%u:flags=bicubic,zscale=t=linear:npl=203,"
		    "format=gbrpf32le,zscale=p=bt709,"
		    "tonemap=tonemap=hable:desat=0,"
		    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p,",
		    w, h);
	else
		/* Told nothing, it passes frames on that fit. */
		av_bprintf(b, "scale=%u:%u:flags=bicubic%s,format=yuv420p,", w,
		    h,
		    like->colorspace == AVCOL_SPC_BT709 &&
			    like->color_range != AVCOL_RANGE_JPEG
			? ""
			: ":out_color_matrix=bt709:out_range=tv");
	av_bprintf(b, "setsar=1,%s", turn_words(turn));
}

static void
video_words(AVBPrint *b, const AVFrame *like, const struct graph_want *want)
{
	const char *format = want->rgb ? "rgb24" : "yuv420p";

	av_bprintf(b, "[in]");
	base_words(b, like, want);
	av_bprintf(b, "split=%u", want->n);
	for (uint32_t i = 0; i < want->n; i++)
		av_bprintf(b, "[s%u]", i);
	for (uint32_t i = 0; i < want->n; i++) {
		av_bprintf(b, ";[s%u]", i);
		/* For rgb24 the scaler must be told of the matrix it meets. */
		if (i > 0 || want->rgb)
			av_bprintf(b, "scale=%u:%u:flags=bicubic%s,",
			    want->sizes[i].width, want->sizes[i].height,
			    want->rgb ? ":in_color_matrix=bt709:in_range=tv"
				      : "");
		av_bprintf(b, "format=%s[o%u]", format, i);
	}
}

static bool
add_sink(struct graph *g, const char *type, AVFilterInOut **inputs)
{
	AVFilterContext **sink = &g->out[g->sinks];
	AVFilterInOut *in = avfilter_inout_alloc();
	char name[16];

	(void)snprintf(name, sizeof name, "o%u", g->sinks);
	if (in == NULL ||
	    avfilter_graph_create_filter(sink, avfilter_get_by_name(type), name,
		NULL, NULL, g->graph) < 0) {
		avfilter_inout_free(&in);
		return false;
	}
	in->name = av_strdup(name);
	in->filter_ctx = *sink;
	in->next = *inputs;
	*inputs = in;
	g->sinks++;
	return true;
}

static bool
assemble(struct graph *g, const char *source, const char *args,
    const char *sink, uint32_t sinks, const char *words)
{
	AVFilterInOut *ins = NULL, *outs = avfilter_inout_alloc();
	bool ok = outs != NULL && avfilter_graph_create_filter(&g->in,
				      avfilter_get_by_name(source), "in", args,
				      NULL, g->graph) >= 0;

	for (uint32_t i = 0; ok && i < sinks; i++)
		ok = add_sink(g, sink, &ins);
	if (ok) {
		outs->name = av_strdup("in");
		outs->filter_ctx = g->in;
		ok = avfilter_graph_parse_ptr(
			 g->graph, words, &ins, &outs, NULL) >= 0 &&
		     avfilter_graph_config(g->graph, NULL) >= 0;
	}
	avfilter_inout_free(&ins);
	avfilter_inout_free(&outs);
	return ok;
}

static void
graph_new(struct graph *g, int threads)
{
	memset(g, 0, sizeof *g);
	g->graph = avfilter_graph_alloc();
	if (g->graph == NULL)
		abort();
	g->graph->nb_threads = threads;
}

enum wire_reason
graph_open(
    struct graph *out, const AVFrame *like, const struct graph_want *want)
{
	char args[256], text[TEXT_MAX];
	AVBPrint b;

	av_bprint_init_for_buffer(&b, text, sizeof text);
	video_words(&b, like, want);
	(void)snprintf(args, sizeof args,
	    "video_size=%dx%d:pix_fmt=%d:time_base=1/%d:pixel_aspect=1/1",
	    like->width, like->height, like->format, AV_TIME_BASE);
	graph_new(out, want->threads);
	if (!av_bprint_is_complete(&b) ||
	    !assemble(out, "buffer", args, "buffersink", want->n, text))
		return film_fail(WIRE_FILM_NOT_MADE);
	return 0;
}

enum wire_reason
graph_open_sound(
    struct graph *out, const AVFrame *like, const struct graph_sound *want)
{
	const char *channels = want->channels == 1 ? "mono" : "stereo";
	char args[512], layout[128], text[TEXT_MAX];

	if (av_channel_layout_describe(
		&like->ch_layout, layout, sizeof layout) < 0)
		return film_fail(WIRE_FILM_DAMAGED);
	(void)snprintf(args, sizeof args,
	    "time_base=1/%d:sample_rate=%d:sample_fmt=%s:channel_layout=%s",
	    like->sample_rate, like->sample_rate,
	    av_get_sample_fmt_name(like->format), layout);
	/* loudnorm leaves 192,000 samples a second behind. */
	(void)snprintf(text, sizeof text,
	    "[in]aresample=48000:async=1:min_hard_comp=0.1:first_pts=%" PRId64
	    ","
	    "aformat=channel_layouts=%s,"
	    "loudnorm=I=-23:TP=-1:LRA=20,aresample=48000,"
	    "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=%s,"
	    "asetnsamples=n=%d:p=0[o0]",
	    want->from, channels, channels, want->samples);
	graph_new(out, 1);
	if (!assemble(out, "abuffer", args, "abuffersink", 1, text))
		return film_fail(WIRE_FILM_NOT_MADE);
	return 0;
}

void
graph_close(struct graph *g)
{
	avfilter_graph_free(&g->graph);
}
