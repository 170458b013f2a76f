-- A lead picture is held back also where another story's advisory gates it.
-- Every teaser asks for that: of the few revisions with an advisory, and of
-- nothing else.
CREATE INDEX revision_gate ON revision(lead, advisory, story)
 WHERE lead IS NOT NULL AND advisory IS NOT NULL;
