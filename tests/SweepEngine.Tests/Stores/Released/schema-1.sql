-- A store as version 0.1.0 with schema 1 wrote it: 12 trials in stacks of 4, the second stack interrupted at step 13.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('about','A store of VICReg sweeps. Start with the view trial_summary; parameter and metric explain its columns.');
INSERT INTO meta VALUES('created_by','0.1.0.0');
INSERT INTO meta VALUES('created_utc','2026-11-03T12:00:00.000Z');
CREATE TABLE parameter (
    name          TEXT PRIMARY KEY,
    position      INTEGER NOT NULL,    -- where it stands in exports
    kind          TEXT NOT NULL,
    default_value TEXT,
    doc           TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO parameter VALUES('data.path',5,'Path',NULL,'Where nothing lies.');
INSERT INTO parameter VALUES('formula.ending',3,'Word','complete','How the trial ends.');
INSERT INTO parameter VALUES('formula.shape',0,'Integer','1','Trials that differ in it do not stack.');
INSERT INTO parameter VALUES('formula.slope',1,'Real','1','How fast the loss falls.');
INSERT INTO parameter VALUES('formula.word',2,'Path','plain','Any text.');
INSERT INTO parameter VALUES('train.epochs',4,'Integer','3','Epochs.');
CREATE TABLE metric (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,         -- where it stands in exports
    doc      TEXT NOT NULL
) STRICT;
INSERT INTO metric VALUES(1,'spread',0,'How far apart.');
INSERT INTO metric VALUES(2,'rank',1,'How many directions.');
INSERT INTO metric VALUES(3,'knn',2,'Null in every other epoch.');
CREATE TABLE sweep (
    number      INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    question    TEXT NOT NULL,
    created_utc TEXT NOT NULL
) STRICT;
INSERT INTO sweep VALUES(1,'formula','Does it add up?','2026-11-03T12:00:00.000Z');
CREATE TABLE sweep_file (
    sweep          INTEGER NOT NULL REFERENCES sweep (number),
    revision       INTEGER NOT NULL,
    text           TEXT NOT NULL,
    registered_utc TEXT NOT NULL,
    PRIMARY KEY (sweep, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO sweep_file VALUES(1,1,'version: 1','2026-11-03T12:00:00.000Z');
CREATE TABLE stack (
    number          INTEGER PRIMARY KEY,
    token           INTEGER NOT NULL DEFAULT 0,   -- grows with every lease: fences late workers off
    worker          TEXT,
    lease_until     TEXT,
    environment     TEXT,                         -- device and versions of the last lease, as JSON
    checkpoint_step INTEGER,
    checkpoint_file TEXT,                         -- relative to the database's folder
    created_utc     TEXT NOT NULL,
    finished_utc    TEXT,                         -- when none of its trials was pending any more
    CHECK ((worker IS NULL) = (lease_until IS NULL)),
    CHECK ((checkpoint_step IS NULL) = (checkpoint_file IS NULL))
) STRICT;
INSERT INTO stack VALUES(1,1,NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z');
INSERT INTO stack VALUES(2,1,NULL,NULL,NULL,13,'checkpoints/sweep.stack-2.lease-1.1.step-13','2026-11-03T12:00:30.000Z',NULL);
CREATE TABLE trial (
    number        INTEGER PRIMARY KEY,            -- the order in which they run
    id            TEXT NOT NULL UNIQUE,
    point         TEXT NOT NULL,                  -- equal for trials that differ in the seed alone
    block         TEXT NOT NULL,
    seed          INTEGER NOT NULL,
    settings      TEXT NOT NULL CHECK (json_valid(settings)),
    planned       INTEGER NOT NULL DEFAULT 1 CHECK (planned IN (0, 1)),   -- 0: no sweep file names it any more
    stack_key     TEXT NOT NULL,
    stack         INTEGER REFERENCES stack (number),
    alone         INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),     -- 1: a stack that it was in broke
    retries       INTEGER NOT NULL DEFAULT 0,
    state         TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'completed', 'stopped', 'failed')),
    failure_class TEXT CHECK (failure_class IN ('diverged', 'out_of_memory', 'timeout', 'error')),
    reason        TEXT,
    epochs        INTEGER,
    steps         INTEGER,
    seconds       REAL,                           -- wall time, the stack's shared equally
    created_utc   TEXT NOT NULL,
    started_utc   TEXT,
    finished_utc  TEXT,
    CHECK ((state = 'failed') = (failure_class IS NOT NULL)),
    CHECK ((state = 'pending') = (finished_utc IS NULL))
) STRICT;
INSERT INTO trial VALUES(1,'1344bf63125f','a2aea7b045b9','',0,'{"formula.ending":"complete","formula.shape":1,"formula.slope":0,"formula.word":"plain","train.epochs":3}',1,'1',1,0,0,'completed',NULL,NULL,3,30,1.5,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z');
INSERT INTO trial VALUES(2,'5147b6a6cffe','d397bc53e04b','',1,'{"formula.ending":"diverge","formula.shape":1,"formula.slope":0.3,"formula.word":"plain","train.epochs":3}',1,'1',1,0,0,'failed','diverged','loss/total is not finite at step 7',0,7,0.5,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:00.000Z','2026-11-03T12:00:07.000Z');
INSERT INTO trial VALUES(3,'f2ee44dd8518','e747d0a3f3f1','',2,'{"formula.ending":"complete","formula.shape":1,"formula.slope":0.6,"formula.word":"plain","train.epochs":3}',1,'1',1,0,0,'completed',NULL,NULL,3,30,1.5,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z');
INSERT INTO trial VALUES(4,'b6941cf4f9cc','6491cbdb9480','',3,'{"formula.ending":"stop","formula.shape":1,"formula.slope":0.8999999999999999,"formula.word":"plain","train.epochs":3}',1,'1',1,0,0,'stopped',NULL,'enough',2,20,1.0,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:00.000Z','2026-11-03T12:00:21.000Z');
INSERT INTO trial VALUES(5,'810d7ef6b14d','7c01760fe218','',4,'{"formula.ending":"complete","formula.shape":1,"formula.slope":1.2,"formula.word":"plain","train.epochs":3}',1,'1',2,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z',NULL);
INSERT INTO trial VALUES(6,'89c33e089735','ceaa91115e7c','',5,'{"formula.ending":"diverge","formula.shape":1,"formula.slope":1.5,"formula.word":"plain","train.epochs":3}',1,'1',2,0,0,'failed','diverged','loss/total is not finite at step 7',0,7,0.5,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z','2026-11-03T12:00:37.000Z');
INSERT INTO trial VALUES(7,'d7e6f33465d1','4cc7d6bcdcce','',6,'{"formula.ending":"complete","formula.shape":1,"formula.slope":1.7999999999999998,"formula.word":"plain","train.epochs":3}',1,'1',2,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z',NULL);
INSERT INTO trial VALUES(8,'1bc24f6fcfe4','333c4494c4f4','',7,'{"formula.ending":"complete","formula.shape":1,"formula.slope":2.1,"formula.word":"plain","train.epochs":3}',1,'1',2,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z','2026-11-03T12:00:30.000Z',NULL);
INSERT INTO trial VALUES(9,'7959790f7cb4','d56babebe6c1','',8,'{"formula.ending":"complete","formula.shape":1,"formula.slope":2.4,"formula.word":"plain","train.epochs":3}',1,'1',NULL,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z',NULL,NULL);
INSERT INTO trial VALUES(10,'2c907f060405','619ad71571bc','',9,'{"formula.ending":"complete","formula.shape":1,"formula.slope":2.6999999999999997,"formula.word":"plain","train.epochs":3}',1,'1',NULL,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z',NULL,NULL);
INSERT INTO trial VALUES(11,'a38cb0e7ded9','d766e12cc36f','',10,'{"formula.ending":"complete","formula.shape":1,"formula.slope":3,"formula.word":"plain","train.epochs":3}',1,'1',NULL,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z',NULL,NULL);
INSERT INTO trial VALUES(12,'aba69464ed56','537788b165db','',11,'{"formula.ending":"complete","formula.shape":1,"formula.slope":3.3,"formula.word":"plain","train.epochs":3}',1,'1',NULL,0,0,'pending',NULL,NULL,NULL,NULL,NULL,'2026-11-03T12:00:00.000Z',NULL,NULL);
CREATE TABLE sweep_trial (
    sweep INTEGER NOT NULL REFERENCES sweep (number),
    trial INTEGER NOT NULL REFERENCES trial (number),
    PRIMARY KEY (sweep, trial)
) STRICT, WITHOUT ROWID;
INSERT INTO sweep_trial VALUES(1,1);
INSERT INTO sweep_trial VALUES(1,2);
INSERT INTO sweep_trial VALUES(1,3);
INSERT INTO sweep_trial VALUES(1,4);
INSERT INTO sweep_trial VALUES(1,5);
INSERT INTO sweep_trial VALUES(1,6);
INSERT INTO sweep_trial VALUES(1,7);
INSERT INTO sweep_trial VALUES(1,8);
INSERT INTO sweep_trial VALUES(1,9);
INSERT INTO sweep_trial VALUES(1,10);
INSERT INTO sweep_trial VALUES(1,11);
INSERT INTO sweep_trial VALUES(1,12);
CREATE TABLE stack_member (
    stack         INTEGER NOT NULL REFERENCES stack (number),
    place         INTEGER NOT NULL,
    trial         INTEGER NOT NULL REFERENCES trial (number),
    in_checkpoint INTEGER NOT NULL DEFAULT 1 CHECK (in_checkpoint IN (0, 1)),   -- 0: done before the checkpoint
    PRIMARY KEY (stack, place)
) STRICT, WITHOUT ROWID;
INSERT INTO stack_member VALUES(1,0,1,1);
INSERT INTO stack_member VALUES(1,1,2,1);
INSERT INTO stack_member VALUES(1,2,3,1);
INSERT INTO stack_member VALUES(1,3,4,1);
INSERT INTO stack_member VALUES(2,0,5,1);
INSERT INTO stack_member VALUES(2,1,6,0);
INSERT INTO stack_member VALUES(2,2,7,1);
INSERT INTO stack_member VALUES(2,3,8,1);
CREATE TABLE loss (
    trial      INTEGER NOT NULL REFERENCES trial (number),
    step       INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    batches    INTEGER NOT NULL,
    total      REAL,
    invariance REAL,
    variance   REAL,
    covariance REAL,
    PRIMARY KEY (trial, step)
) STRICT, WITHOUT ROWID;
INSERT INTO loss VALUES(1,5,1,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(1,10,1,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(1,15,2,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(1,20,2,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(1,25,3,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(1,30,3,5,0.0,0.0,0.5,NULL);
INSERT INTO loss VALUES(2,5,1,5,4.3164004240696591807,0.059999999999999997779,1.5,NULL);
INSERT INTO loss VALUES(3,5,1,5,-2.0652570111014894038,0.11999999999999999555,2.5,NULL);
INSERT INTO loss VALUES(3,10,1,5,-0.39743335821769132376,0.059999999999999997779,2.5,NULL);
INSERT INTO loss VALUES(3,15,2,5,-1.6344421511316160611,0.040000000000000000832,2.5,NULL);
INSERT INTO loss VALUES(3,20,2,5,-0.85300695758829736536,0.029999999999999998889,2.5,NULL);
INSERT INTO loss VALUES(3,25,3,5,-1.1632281210491774992,0.024000000000000000499,2.5,NULL);
INSERT INTO loss VALUES(3,30,3,5,-1.3304300663666284165,0.020000000000000000416,2.5,NULL);
INSERT INTO loss VALUES(4,5,1,5,-0.98507497032933621916,0.17999999999999999333,3.5,NULL);
INSERT INTO loss VALUES(4,10,1,5,-2.2370218325319575214,0.089999999999999996669,3.5,NULL);
INSERT INTO loss VALUES(4,15,2,5,-0.72413658287690485515,0.05999999999999999084,3.5,NULL);
INSERT INTO loss VALUES(4,20,2,5,-0.11000943197042789556,0.044999999999999998334,3.5,NULL);
INSERT INTO loss VALUES(5,5,1,5,0.24191030316421868739,0.23999999999999999111,4.5,NULL);
INSERT INTO loss VALUES(5,10,1,5,0.45663896413133964191,0.11999999999999999555,4.5,NULL);
INSERT INTO loss VALUES(6,5,1,5,0.063015010347483760289,0.29999999999999998889,5.5,NULL);
INSERT INTO loss VALUES(7,5,1,5,1.1472493933512888375,0.35999999999999998667,6.5,NULL);
INSERT INTO loss VALUES(7,10,1,5,-0.10041318443755187228,0.17999999999999999333,6.5,NULL);
INSERT INTO loss VALUES(8,5,1,5,-0.66301725332781824562,0.42000000000000003996,7.5,NULL);
INSERT INTO loss VALUES(8,10,1,5,0.29927102888429268912,0.21000000000000001998,7.5,NULL);
CREATE TABLE evaluation (
    number   INTEGER PRIMARY KEY,
    trial    INTEGER NOT NULL REFERENCES trial (number),
    step     INTEGER NOT NULL,
    space    TEXT NOT NULL,
    epoch    INTEGER NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('none', 'dimensional', 'complete')),
    evidence TEXT NOT NULL,
    spectrum TEXT NOT NULL CHECK (json_valid(spectrum)),   -- singular values, largest first
    UNIQUE (trial, step, space)
) STRICT;
INSERT INTO evaluation VALUES(1,1,10,'embedding',1,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(2,1,10,'representation',1,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(3,3,10,'embedding',1,'complete','spread is 0.20256664178230865','[0.607699925346926,0.20256664178230865]');
INSERT INTO evaluation VALUES(4,3,10,'representation',1,'complete','spread is -0.23846001493061478','[-0.7153800447918444,-0.23846001493061478]');
INSERT INTO evaluation VALUES(5,4,10,'embedding',1,'complete','spread is -1.3370218325319576','[-4.011065497595872,-1.3370218325319576]');
INSERT INTO evaluation VALUES(6,4,10,'representation',1,'complete','spread is -2.0133196492787615','[-6.0399589478362845,-2.0133196492787615]');
INSERT INTO evaluation VALUES(7,1,20,'embedding',2,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(8,1,20,'representation',2,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(9,3,20,'embedding',2,'complete','spread is -0.2530069575882974','[-0.7590208727648922,-0.2530069575882974]');
INSERT INTO evaluation VALUES(10,3,20,'representation',2,'complete','spread is -0.5118041745529784','[-1.5354125236589353,-0.5118041745529784]');
INSERT INTO evaluation VALUES(11,4,20,'embedding',2,'complete','spread is 0.789990568029572','[2.369971704088716,0.789990568029572]');
INSERT INTO evaluation VALUES(12,4,20,'representation',2,'complete','spread is -0.0990084887733851','[-0.2970254663201553,-0.0990084887733851]');
INSERT INTO evaluation VALUES(13,1,30,'embedding',3,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(14,1,30,'representation',3,'complete','spread is 0','[0,0]');
INSERT INTO evaluation VALUES(15,3,30,'embedding',3,'complete','spread is -0.7304300663666284','[-2.1912901990998854,-0.7304300663666284]');
INSERT INTO evaluation VALUES(16,3,30,'representation',3,'complete','spread is -0.798258039819977','[-2.394774119459931,-0.798258039819977]');
INSERT INTO evaluation VALUES(17,5,10,'embedding',1,'none','spread is 1.6566389641313397','[4.96991689239402,1.6566389641313397]');
INSERT INTO evaluation VALUES(18,5,10,'representation',1,'complete','spread is 0.5479667569576075','[1.6439002708728228,0.5479667569576075]');
INSERT INTO evaluation VALUES(19,7,10,'embedding',1,'none','spread is 1.6995868155624478','[5.0987604466873435,1.6995868155624478]');
INSERT INTO evaluation VALUES(20,7,10,'representation',1,'complete','spread is -0.18074373198759336','[-0.5422311959627801,-0.18074373198759336]');
INSERT INTO evaluation VALUES(21,8,10,'embedding',1,'none','spread is 2.399271028884293','[7.197813086652879,2.399271028884293]');
INSERT INTO evaluation VALUES(22,8,10,'representation',1,'complete','spread is 0.6284691606570146','[1.8854074819710438,0.6284691606570146]');
CREATE TABLE panel (
    evaluation INTEGER NOT NULL REFERENCES evaluation (number) ON DELETE CASCADE,
    metric     INTEGER NOT NULL REFERENCES metric (number),
    value      REAL,                                       -- null where undefined
    PRIMARY KEY (evaluation, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO panel VALUES(1,1,0.0);
INSERT INTO panel VALUES(1,2,0.0);
INSERT INTO panel VALUES(1,3,0.25);
INSERT INTO panel VALUES(2,1,0.0);
INSERT INTO panel VALUES(2,2,0.0);
INSERT INTO panel VALUES(2,3,0.25);
INSERT INTO panel VALUES(3,1,0.20256664178230865402);
INSERT INTO panel VALUES(3,2,0.40513328356461730805);
INSERT INTO panel VALUES(3,3,0.25);
INSERT INTO panel VALUES(4,1,-0.2384600149306147776);
INSERT INTO panel VALUES(4,2,-0.47692002986122955521);
INSERT INTO panel VALUES(4,3,0.25);
INSERT INTO panel VALUES(5,1,-1.3370218325319576102);
INSERT INTO panel VALUES(5,2,-2.6740436650639152205);
INSERT INTO panel VALUES(5,3,0.25);
INSERT INTO panel VALUES(6,1,-2.0133196492787615028);
INSERT INTO panel VALUES(6,2,-4.0266392985575230056);
INSERT INTO panel VALUES(6,3,0.25);
INSERT INTO panel VALUES(7,1,0.0);
INSERT INTO panel VALUES(7,2,0.0);
INSERT INTO panel VALUES(7,3,NULL);
INSERT INTO panel VALUES(8,1,0.0);
INSERT INTO panel VALUES(8,2,0.0);
INSERT INTO panel VALUES(8,3,NULL);
INSERT INTO panel VALUES(9,1,-0.25300695758829738757);
INSERT INTO panel VALUES(9,2,-0.50601391517659477514);
INSERT INTO panel VALUES(9,3,NULL);
INSERT INTO panel VALUES(10,1,-0.51180417455297844142);
INSERT INTO panel VALUES(10,2,-1.0236083491059568828);
INSERT INTO panel VALUES(10,3,NULL);
INSERT INTO panel VALUES(11,1,0.78999056802957201561);
INSERT INTO panel VALUES(11,2,1.5799811360591440312);
INSERT INTO panel VALUES(11,3,NULL);
INSERT INTO panel VALUES(12,1,-0.09900848877338509768);
INSERT INTO panel VALUES(12,2,-0.19801697754677019536);
INSERT INTO panel VALUES(12,3,NULL);
INSERT INTO panel VALUES(13,1,0.0);
INSERT INTO panel VALUES(13,2,0.0);
INSERT INTO panel VALUES(13,3,0.25);
INSERT INTO panel VALUES(14,1,0.0);
INSERT INTO panel VALUES(14,2,0.0);
INSERT INTO panel VALUES(14,3,0.25);
INSERT INTO panel VALUES(15,1,-0.73043006636662843877);
INSERT INTO panel VALUES(15,2,-1.4608601327332568775);
INSERT INTO panel VALUES(15,3,0.25);
INSERT INTO panel VALUES(16,1,-0.79825803981997700553);
INSERT INTO panel VALUES(16,2,-1.596516079639954011);
INSERT INTO panel VALUES(16,3,0.25);
INSERT INTO panel VALUES(17,1,1.6566389641313397085);
INSERT INTO panel VALUES(17,2,3.313277928262679417);
INSERT INTO panel VALUES(17,3,0.25);
INSERT INTO panel VALUES(18,1,0.54796675695760754809);
INSERT INTO panel VALUES(18,2,1.0959335139152150961);
INSERT INTO panel VALUES(18,3,0.25);
INSERT INTO panel VALUES(19,1,1.699586815562447839);
INSERT INTO panel VALUES(19,2,3.3991736311248956781);
INSERT INTO panel VALUES(19,3,0.25);
INSERT INTO panel VALUES(20,1,-0.18074373198759335901);
INSERT INTO panel VALUES(20,2,-0.36148746397518671802);
INSERT INTO panel VALUES(20,3,0.25);
INSERT INTO panel VALUES(21,1,2.3992710288842928889);
INSERT INTO panel VALUES(21,2,4.7985420577685857779);
INSERT INTO panel VALUES(21,3,0.25);
INSERT INTO panel VALUES(22,1,0.62846916065701463605);
INSERT INTO panel VALUES(22,2,1.2569383213140292721);
INSERT INTO panel VALUES(22,3,0.25);
CREATE TABLE baseline (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    space    TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('none', 'dimensional', 'complete')),
    evidence TEXT NOT NULL,
    spectrum TEXT NOT NULL CHECK (json_valid(spectrum))
) STRICT;
INSERT INTO baseline VALUES(1,'formula','features','complete','spread is 0.5','[1.5,0.5]');
CREATE TABLE baseline_value (
    baseline INTEGER NOT NULL REFERENCES baseline (number) ON DELETE CASCADE,
    metric   INTEGER NOT NULL REFERENCES metric (number),
    value    REAL,
    PRIMARY KEY (baseline, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO baseline_value VALUES(1,1,0.5);
INSERT INTO baseline_value VALUES(1,2,1.0);
INSERT INTO baseline_value VALUES(1,3,NULL);
CREATE INDEX stack_open ON stack (number) WHERE finished_utc IS NULL;
CREATE INDEX trial_stack ON trial (stack) WHERE stack IS NOT NULL;
CREATE INDEX trial_waiting ON trial (number)
    WHERE state = 'pending' AND stack IS NULL AND planned = 1;
CREATE INDEX trial_waiting_by_key ON trial (stack_key, number)
    WHERE state = 'pending' AND stack IS NULL AND planned = 1;
CREATE INDEX trial_finished ON trial (finished_utc) WHERE finished_utc IS NOT NULL;
CREATE INDEX sweep_trial_trial ON sweep_trial (trial);
CREATE INDEX stack_member_trial ON stack_member (trial);
CREATE VIEW recorded_trial AS
    SELECT number, id, point, block, seed, settings, stack, state, failure_class, reason, epochs, steps, seconds,
           created_utc, started_utc, finished_utc
    FROM trial
    WHERE planned = 1 OR state <> 'pending';
CREATE VIEW loss_curve AS
    SELECT t.number, t.id, t.seed, l.epoch, l.step, l.batches, l.total, l.invariance, l.variance, l.covariance
    FROM recorded_trial t
    JOIN loss l ON l.trial = t.number;
CREATE VIEW metric_curve AS
    SELECT t.number, t.id, t.seed, e.epoch, e.step, e.space, m.name AS metric, p.value
    FROM recorded_trial t
    JOIN evaluation e ON e.trial = t.number
    JOIN panel p ON p.evaluation = e.number
    JOIN metric m ON m.number = p.metric;
CREATE VIEW trial_summary AS
SELECT t.number, t.id, t.point, t.block, t.seed,
    CASE WHEN t.state = 'pending' AND s.lease_until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
         THEN 'running' ELSE t.state END AS state,
    t.failure_class, t.reason,
    embedding.verdict AS collapse_embedding, representation.verdict AS collapse_representation,
    t.epochs, t.steps, t.seconds,
    json_extract(t.settings, '$."formula.shape"') AS "formula.shape",
    json_extract(t.settings, '$."formula.slope"') AS "formula.slope",
    json_extract(t.settings, '$."formula.word"') AS "formula.word",
    json_extract(t.settings, '$."formula.ending"') AS "formula.ending",
    json_extract(t.settings, '$."train.epochs"') AS "train.epochs",
    json_extract(t.settings, '$."data.path"') AS "data.path",
    l.total AS "loss/total",
    l.invariance AS "loss/invariance",
    l.variance AS "loss/variance",
    l.covariance AS "loss/covariance",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 1) AS "embedding/spread",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 2) AS "embedding/rank",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 3) AS "embedding/knn",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 1) AS "representation/spread",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 2) AS "representation/rank",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 3) AS "representation/knn"
FROM recorded_trial t
LEFT JOIN stack s ON s.number = t.stack
LEFT JOIN loss l ON l.trial = t.number
    AND l.step = (SELECT max(step) FROM loss WHERE trial = t.number)
LEFT JOIN evaluation embedding ON embedding.number =
    (SELECT number FROM evaluation WHERE trial = t.number AND space = 'embedding' ORDER BY step DESC LIMIT 1)
LEFT JOIN evaluation representation ON representation.number =
    (SELECT number FROM evaluation WHERE trial = t.number AND space = 'representation' ORDER BY step DESC LIMIT 1);
COMMIT;
PRAGMA application_id = 1448240487;
PRAGMA user_version = 1;
