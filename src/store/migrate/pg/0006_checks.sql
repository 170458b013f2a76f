-- CHECKs that are lists cost PostgreSQL nothing: they stay, and only SQLite's
-- became alternatives.
COMMENT ON COLUMN story.state IS 'the words are those of SQLite''s CHECK';
