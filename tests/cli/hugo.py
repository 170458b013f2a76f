# SPDX-License-Identifier: MIT
"""An archive as a site made with Hugo leaves it, in every dialect it has."""

AUTHORS = 7
TOPICS = 5


def day(n):
    return f"{2010 + n % 12}-{n % 12 + 1:02}-{n % 28 + 1:02}"


def slug(n):
    return f"post-{n:05}"


def file_name(n):
    year, month, _ = day(n).split("-")
    return f"content/news/{year}/{month}/{day(n)}-{slug(n)}.md"


def old_address(n):
    return "/" + day(n).replace("-", "/") + f"/{slug(n)}/"


def author(n):
    return (f"---\ndisplay_name: \"Writer O&#8217;{n}\"\nslug: writer-{n}\n"
            f"agency_full_name: Office {n}\ngithub: null\n---\n")


def topic(n):
    # In posts it goes by its slug, from which this title does not follow.
    return (f"---\nslug: topic-{n}\ntitle: \"The {n}th Topic\"\n"
            f"summary: All about {n}.\nweight: 1\n---\n")


def post(n, total):
    """Links back, forward, by old address, and to what is not there."""
    back, on = (n - 1) % total, (n + 7) % total
    return f"""---
slug: {slug(n)}
date: {day(n)} 12:00:33 -0400
title: "Post {n}: it&#8217;s {{{{< hidden >}}}}in"
summary: 'In <strong>short</strong> {n}'
authors:
  - writer-{n % AUTHORS}
topics: [topic-{n % TOPICS}]
source: an-agency
source_url: https://agency.example/{n}
expirydate: 2025-01-01
aliases: [/old/{n}/, /older/{n}.html]
---

{{{{< legacy-img src="2014/{n}.jpg" alt="A chart, {n}" caption="By me" >}}}}

See [the one before]({{{{< ref "{file_name(back).rpartition('/')[2]}" >}}}}),
[one that comes]({{{{<ref "{file_name(on)[len('content'):]}">}}}} "A title"),
[the live one](https://old.example{old_address(on)}) and
[a guide]({{{{< ref "/guides/none.md" >}}}}).

{{{{< note heading="Mind" >}}}}Inner words **{n}**.{{{{< /note >}}}}

{{{{% unknown a=b %}}}}kept{{{{% /unknown %}}}} {{{{< youtube "abc_{n}" >}}}}

{{{{<quote-block text="Said it." cite="Somebody"
>}}}}

A [dead one]({{{{< tmp >}}}}) and one without an end: {{{{< box

```
{{{{< in code >}}}}
```
"""


def write(test, total):
    """The files below test.room / "content"; how many there are."""
    for n in range(AUTHORS):
        test.write(f"content/authors/writer-{n}/_index.md", author(n))
    for n in range(TOPICS):
        test.write(f"content/topics/topic-{n}/_index.md", topic(n))
    test.write("content/news/_index.md", "---\ntitle: News\n---\n")
    test.write("content/news/2012/01/2012-01-01-gone.md",
               "---\ntitle: Gone\ndate: 2012-01-01\nslug: gone\n"
               "redirectto: https://else.example/\n---\n")
    for n in range(total):
        test.write(file_name(n), post(n, total))
    return total + AUTHORS + TOPICS + 2
