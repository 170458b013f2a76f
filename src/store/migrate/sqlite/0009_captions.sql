-- What is said in a film or in sound, to be read: one text for a language.
CREATE TABLE caption(
  asset INTEGER NOT NULL REFERENCES asset(id),
  lang TEXT NOT NULL CHECK( lang<>'' ), -- BCP 47, as the house wrote it
  body TEXT NOT NULL CHECK( body<>'' ), -- WebVTT, read and written anew by us
  changed_at INTEGER NOT NULL,
  PRIMARY KEY(asset, lang)
) STRICT, WITHOUT ROWID;

-- Films are few among many pictures: the map of videos looks for them.
CREATE INDEX asset_film ON asset(id) WHERE kind='video';
