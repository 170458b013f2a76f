-- CHECKs that were lists, said as alternatives.  SQLite makes a table of a
-- list of three and more each time the statement runs, which was a quarter of
-- what a story costs to take in; alternatives are compared, the most frequent
-- first.  They allow the very same words.
--
-- The tables stay as they are: only what the schema says of them is written
-- anew, in the way that sqlite.org/lang_altertable.html gives for changing
-- constraints.  A house of a million stories has it in no time.

PRAGMA writable_schema=ON;
UPDATE sqlite_schema SET sql=replace(replace(sql,
    'CHECK( state IN (''stub'',''draft'',''review'',''ready'',
      ''scheduled'',''published'',''withdrawn'',''canceled'') )',
    'CHECK( state=''published'' OR state=''draft'' OR state=''stub''
      OR state=''review'' OR state=''ready'' OR state=''scheduled''
      OR state=''withdrawn'' OR state=''canceled'' )'),
    'CHECK( pending IN ('''',''draft'',''review'',''ready'',''scheduled'') )',
    'CHECK( pending='''' OR pending=''draft'' OR pending=''review''
      OR pending=''ready'' OR pending=''scheduled'' )')
 WHERE type='table' AND name='story';
UPDATE sqlite_schema SET sql=replace(sql,
    'CHECK( format IN (''html'',''markdown'',''plain'') )',
    'CHECK( format=''markdown'' OR format=''html'' OR format=''plain'' )')
 WHERE type='table' AND name='revision';
PRAGMA writable_schema=RESET;

-- Any change of a usual kind tells all connections that the schema moved.
CREATE TABLE moved(id INTEGER PRIMARY KEY) STRICT;
DROP TABLE moved;
