-- A store as version 0.1.0 with schema 4 wrote it: a VICReg sweep of three weights and two seeds, some stopped, some failed. The CSV files beside it are that version's exports.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('about','A store of VICReg sweeps. Start with the view trial_summary; parameter and metric explain its columns.');
INSERT INTO meta VALUES('created_by','0.1.0.0');
INSERT INTO meta VALUES('created_utc','2026-11-27T00:03:28.664Z');
CREATE TABLE parameter (
    name          TEXT PRIMARY KEY,
    position      INTEGER NOT NULL,    -- where it stands in exports
    kind          TEXT NOT NULL,
    default_value TEXT,
    doc           TEXT NOT NULL
, incidental INTEGER NOT NULL DEFAULT 0 CHECK (incidental IN (0, 1))) STRICT, WITHOUT ROWID;
INSERT INTO parameter VALUES('augment.recipe',4,'Word','solo-learn','How a view is made of an image: solo-learn''s CIFAR-10 recipe for VICReg, a milder one, or no change at all.',0);
INSERT INTO parameter VALUES('augment.views',5,'Integer','8','Augmented views of every training image in the feature bank, of which a step draws two for each image of its batch; or stream: every step makes two fresh views of each, and runs the backbone once for all trials of its stack that have the same seed.',0);
INSERT INTO parameter VALUES('backbone.arch',6,'Word','vgg16','The frozen backbone; 32×32 images give 512 features.',0);
INSERT INTO parameter VALUES('backbone.precision',9,'Word','auto','The type the backbone computes in; auto is bfloat16 on a GPU or a processor with matrix units for it (AMX), else float32.',0);
INSERT INTO parameter VALUES('backbone.seed',8,'Integer','0','What the random backbone and the bank''s views are drawn from; trials of all seeds share one bank.',0);
INSERT INTO parameter VALUES('backbone.standardize',10,'Truth','true','Whether features are centred and scaled per dimension with the bank''s own statistics.',0);
INSERT INTO parameter VALUES('backbone.weights',7,'Path','random','Torchvision''s own random initialisation, or a .safetensors file with torchvision''s tensor names.',0);
INSERT INTO parameter VALUES('data.path',1,'Path',NULL,'The folder with CIFAR-10''s binary files; without it $CIFAR10_DIR, else data/cifar-10-batches-bin.',1);
INSERT INTO parameter VALUES('data.source',0,'Word','shapes','Which images: CIFAR-10, or ten classes of generated shapes that need no download.',0);
INSERT INTO parameter VALUES('data.test_images',3,'Integer','1000','How many held-out images, from the first on; CIFAR-10 has 10,000.',0);
INSERT INTO parameter VALUES('data.train_images',2,'Integer','10000','How many training images, from the first on; CIFAR-10 has 50,000.',0);
INSERT INTO parameter VALUES('eval.every_epochs',30,'Integer','1','Epochs between evaluations; the last epoch is always evaluated.',0);
INSERT INTO parameter VALUES('eval.images',31,'Integer','500','Held-out images that an evaluation looks at; at most data.test_images are there.',0);
INSERT INTO parameter VALUES('eval.keep_embeddings',35,'Integer','500','Held-out images whose embeddings before and after training the store keeps, for the report''s pictures; 0 keeps none.',1);
INSERT INTO parameter VALUES('eval.keep_seeds',36,'Word','first','Whether embeddings are kept of a point''s first seed alone or of every seed.',1);
INSERT INTO parameter VALUES('eval.knn_k',33,'Integer','20','k, the neighbours that vote in kNN.',0);
INSERT INTO parameter VALUES('eval.knn_temperature',34,'Real','0.07','T, by which a neighbour''s vote weighs exp(cosine / T).',0);
INSERT INTO parameter VALUES('eval.reference_images',32,'Integer','2000','Labelled training images, not augmented, that kNN and probe may consult; at most data.train_images are there.',0);
INSERT INTO parameter VALUES('log.every_batches',29,'Integer','200','Batches over which recorded loss terms are averaged; the last row of a trial may have fewer.',0);
INSERT INTO parameter VALUES('loss.convention',20,'Word','paper','Whose normalisation of the variance and covariance terms the total uses; the recorded terms stay raw.',0);
INSERT INTO parameter VALUES('loss.covariance_weight',17,'Real','1','ν, the weight of the covariance term.',0);
INSERT INTO parameter VALUES('loss.epsilon',18,'Real','0.0001','ε, added to the variance under the square root of the variance term.',0);
INSERT INTO parameter VALUES('loss.gamma',19,'Real','1','γ, the standard deviation below which the variance term pushes.',0);
INSERT INTO parameter VALUES('loss.invariance_weight',15,'Real','25','λ, the weight of the invariance term.',0);
INSERT INTO parameter VALUES('loss.variance_weight',16,'Real','25','μ, the weight of the variance term.',0);
INSERT INTO parameter VALUES('model.dropout',14,'Real','0.5','Probability of dropping a unit of the first hidden layer in training.',0);
INSERT INTO parameter VALUES('model.embedding_dim',11,'Integer','50','E, the dimension of the embedding, before the expander.',0);
INSERT INTO parameter VALUES('model.expander_width',13,'Integer','80','Width of the expander''s two hidden layers.',0);
INSERT INTO parameter VALUES('model.representation_dim',12,'Integer','100','R, the dimension of the representation, after the expander, where the loss is taken.',0);
INSERT INTO parameter VALUES('train.batch_size',22,'Integer','256','Images a step; each gives two views. The last incomplete batch of an epoch is dropped.',0);
INSERT INTO parameter VALUES('train.epochs',21,'Integer','10','Passes over the training images.',0);
INSERT INTO parameter VALUES('train.learning_rate',24,'Real','0.001','The learning rate after warm-up.',0);
INSERT INTO parameter VALUES('train.momentum',26,'Real','0.9','Momentum of the update.',0);
INSERT INTO parameter VALUES('train.optimizer',23,'Word','adam','Adam (β 0.9 and 0.999, ε 1e-8) or SGD with PyTorch''s semantics, or LARS (trust coefficient 0.001).',0);
INSERT INTO parameter VALUES('train.schedule',28,'Word','constant','The learning rate after warm-up: constant, or down to zero along half a cosine.',0);
INSERT INTO parameter VALUES('train.warmup_epochs',27,'Integer','0','Epochs over which the learning rate rises linearly from zero.',0);
INSERT INTO parameter VALUES('train.weight_decay',25,'Real','0','Added to the gradient times the parameter (L2); LARS spares one-dimensional parameters.',0);
CREATE TABLE metric (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,         -- where it stands in exports
    doc      TEXT NOT NULL
) STRICT;
INSERT INTO metric VALUES(1,'std_mean',0,'Mean over dimensions of the unbiased standard deviation; 0 at complete collapse.');
INSERT INTO metric VALUES(2,'std_min',1,'The smallest dimension''s standard deviation.');
INSERT INTO metric VALUES(3,'std_median',2,'The median dimension''s standard deviation.');
INSERT INTO metric VALUES(4,'dead_dims',3,'Dimensions with a standard deviation below 0.01.');
INSERT INTO metric VALUES(5,'relative_spread',4,'sqrt(Σλ) / sqrt(mean ‖z‖²), from 0 (one point away from the origin) to about 1 (centred).');
INSERT INTO metric VALUES(6,'std_l2',5,'Mean over dimensions of the standard deviation of l2-normalised samples; 1/sqrt(D) when evenly spread.');
INSERT INTO metric VALUES(7,'rankme',6,'exp of the entropy of σ/Σσ + 1e-7, uncentred; from 1 to D.');
INSERT INTO metric VALUES(8,'effective_rank',7,'exp of the entropy of σᶜ/Σσᶜ; from 1 to D.');
INSERT INTO metric VALUES(9,'participation_ratio',8,'(Σλ)² / Σλ²; from 1 (a line) to D (isotropic).');
INSERT INTO metric VALUES(10,'stable_rank',9,'Σλ / λ₁; from 1 to D.');
INSERT INTO metric VALUES(11,'condition_number',10,'σᶜ₁ / σᶜ_D; at least 1.');
INSERT INTO metric VALUES(12,'offdiag_corr_rms',11,'Root mean square of the correlations between different live dimensions (std above 1e-6); 0 to 1.');
INSERT INTO metric VALUES(13,'offdiag_corr_mean_abs',12,'Mean absolute correlation between different live dimensions; 0 to 1.');
INSERT INTO metric VALUES(14,'alignment',13,'Mean squared distance of the two l2-normalised views of an image; 0 to 4, less is more aligned.');
INSERT INTO metric VALUES(15,'uniformity',14,'ln of the mean of exp(−2 ‖u_i − u_j‖²) over pairs of l2-normalised samples; −8 to 0, less is more uniform.');
INSERT INTO metric VALUES(16,'knn_top1',15,'Share of held-out images whose class weighted cosine kNN finds; 0 to 1.');
INSERT INTO metric VALUES(17,'probe_top1',16,'Share of held-out images whose class a linear ridge probe finds; 0 to 1.');
INSERT INTO metric VALUES(18,'knn_informative',17,'1 when knn_top1 beats always naming the most frequent class by more than three standard errors, else 0.');
CREATE TABLE sweep (
    number      INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    question    TEXT NOT NULL,
    created_utc TEXT NOT NULL
, stop TEXT CHECK (json_valid(stop)), most_retries INTEGER NOT NULL DEFAULT 1 CHECK (most_retries >= 0), stack_width INTEGER CHECK (stack_width >= 1)) STRICT;
INSERT INTO sweep VALUES(1,'released','Which weights keep it alive?','2026-11-27T00:03:28.766Z','{"collapse":{"action":"stop","after_epochs":1,"sustained":1}}',1,NULL);
CREATE TABLE sweep_file (
    sweep          INTEGER NOT NULL REFERENCES sweep (number),
    revision       INTEGER NOT NULL,
    text           TEXT NOT NULL,
    registered_utc TEXT NOT NULL,
    PRIMARY KEY (sweep, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO sweep_file VALUES(1,1,replace('version: 1\nname: released\nquestion: Which weights keep it alive?\nseeds: 2\nfixed: {data.source: shapes, data.train_images: 64, data.test_images: 32, train.batch_size: 32, train.epochs: 2, augment.views: 2, eval.images: 32, eval.reference_images: 32, eval.keep_embeddings: 4, log.every_batches: 1, model.embedding_dim: 3, model.representation_dim: 4, model.expander_width: 4}\ngrid:\n  loss.variance_weight: [0, 25, 1e300]\nstop:\n  collapse: {action: stop, after_epochs: 1, sustained: 1}\n','\n',char(10)),'2026-11-27T00:03:28.766Z');
CREATE TABLE stack (
    number          INTEGER PRIMARY KEY,
    token           INTEGER NOT NULL DEFAULT 0,   -- grows with every lease: fences late workers off
    worker          TEXT,
    lease_until     TEXT,
    environment     TEXT,                         -- device and versions of the last lease, as JSON
    checkpoint_step INTEGER,
    checkpoint_file TEXT,                         -- relative to the database's folder
    created_utc     TEXT NOT NULL,
    finished_utc    TEXT, checkpoint_sha256 TEXT, checkpoint_seconds REAL, previous_step INTEGER, previous_file TEXT, previous_sha256 TEXT, previous_seconds REAL, lost_leases INTEGER NOT NULL DEFAULT 0,                         -- when none of its trials was pending any more
    CHECK ((worker IS NULL) = (lease_until IS NULL)),
    CHECK ((checkpoint_step IS NULL) = (checkpoint_file IS NULL))
) STRICT;
INSERT INTO stack VALUES(1,1,NULL,NULL,'{"device":"cpu","machine":"vm","cores":"2","vicreg-sweep":"0.1.0","torch":"2.10.0.0","dotnet":"10.0.12"}',NULL,NULL,'2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.634Z',NULL,NULL,NULL,NULL,NULL,NULL,0);
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
    finished_utc  TEXT, digest TEXT,
    CHECK ((state = 'failed') = (failure_class IS NOT NULL)),
    CHECK ((state = 'pending') = (finished_utc IS NULL))
) STRICT;
INSERT INTO trial VALUES(1,'01e1fdee288f','c3859b7535a4','',0,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":0,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'stopped',NULL,'stop.collapse: its representation was collapsed in 1 evaluation in a row (dimensional: participation_ratio is 1.03, below 1.3)',1,2,0.024159183333333333898,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.633Z','7a81120a306016a5a1c4eb16f611e480');
INSERT INTO trial VALUES(2,'73ea85775c70','c3859b7535a4','',1,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":0,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'stopped',NULL,'stop.collapse: its representation was collapsed in 1 evaluation in a row (complete: relative_spread is 0.00095, below 0.1)',1,2,0.024159183333333333898,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.633Z','c35fe298766db17f309b6cb151855a26');
INSERT INTO trial VALUES(3,'3624530b3d13','48b35da158c1','',0,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":25,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'stopped',NULL,'stop.collapse: its representation was collapsed in 1 evaluation in a row (dimensional: participation_ratio is 1.03, below 1.3)',1,2,0.024159183333333333898,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.633Z','8811c7c617f52ae03cbdaa52de551031');
INSERT INTO trial VALUES(4,'26f2e8a3491c','48b35da158c1','',1,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":25,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'stopped',NULL,'stop.collapse: its representation was collapsed in 1 evaluation in a row (complete: all samples are the same)',1,2,0.024159183333333333898,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.633Z','cc7725f38c21399ae0769beb677e2337');
INSERT INTO trial VALUES(5,'1ccb1023377d','4da8783037a8','',0,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":1E+300,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'failed','diverged','the invariance was not finite in step 2',0,2,0.018940200000000000785,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.631Z','26be165a2bdc221ab5689625ae44b130');
INSERT INTO trial VALUES(6,'44ede84483c7','4da8783037a8','',1,'{"augment.recipe":"solo-learn","augment.views":2,"backbone.arch":"vgg16","backbone.precision":"auto","backbone.seed":0,"backbone.standardize":true,"backbone.weights":"random","data.source":"shapes","data.test_images":32,"data.train_images":64,"eval.every_epochs":1,"eval.images":32,"eval.keep_embeddings":4,"eval.keep_seeds":"first","eval.knn_k":20,"eval.knn_temperature":0.07,"eval.reference_images":32,"log.every_batches":1,"loss.convention":"paper","loss.covariance_weight":1,"loss.epsilon":0.0001,"loss.gamma":1,"loss.invariance_weight":25,"loss.variance_weight":1E+300,"model.dropout":0.5,"model.embedding_dim":3,"model.expander_width":4,"model.representation_dim":4,"train.batch_size":32,"train.epochs":2,"train.learning_rate":0.001,"train.optimizer":"adam","train.schedule":"constant","train.warmup_epochs":0,"train.weight_decay":0}',1,'data.source=shapes;data.train_images=64;data.test_images=32;augment.recipe=solo-learn;augment.views=2;backbone.arch=vgg16;backbone.weights=random;backbone.seed=0;backbone.precision=auto;backbone.standardize=true;model.embedding_dim=3;model.representation_dim=4;model.expander_width=4;model.dropout=0.5;train.epochs=2;train.batch_size=32;train.optimizer=adam;log.every_batches=1;eval.every_epochs=1;eval.images=32;eval.reference_images=32;eval.knn_k=20;eval.knn_temperature=0.07',1,0,0,'failed','diverged','the invariance was not finite in step 2',0,2,0.019086650000000000143,'2026-11-27T00:03:28.766Z','2026-11-27T00:03:28.872Z','2026-11-27T00:03:31.633Z','982e4a5fa971709a426bcfb107070a41');
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
CREATE TABLE stack_member (
    stack         INTEGER NOT NULL REFERENCES stack (number),
    place         INTEGER NOT NULL,
    trial         INTEGER NOT NULL REFERENCES trial (number),
    left_step INTEGER,   -- 0: done before the checkpoint
    PRIMARY KEY (stack, place)
) STRICT, WITHOUT ROWID;
INSERT INTO stack_member VALUES(1,0,1,NULL);
INSERT INTO stack_member VALUES(1,1,2,NULL);
INSERT INTO stack_member VALUES(1,2,3,NULL);
INSERT INTO stack_member VALUES(1,3,4,NULL);
INSERT INTO stack_member VALUES(1,4,5,NULL);
INSERT INTO stack_member VALUES(1,5,6,NULL);
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
INSERT INTO loss VALUES(1,1,1,1,9.1226502511417493224,0.36288504302501678466,1.1654401073614906181,0.050524175516329705715);
INSERT INTO loss VALUES(1,2,1,1,8.7279079366999212652,0.34741801768541336059,1.2383030467149267472,0.042457494564587250351);
INSERT INTO loss VALUES(2,1,1,1,6.5787230911155347712,0.26205325126647949218,1.2573433708003411979,0.027391809453547466546);
INSERT INTO loss VALUES(2,2,1,1,6.5319147692789556458,0.26012657210230827331,1.2748121680765021057,0.028750466721248812973);
INSERT INTO loss VALUES(3,1,1,1,38.258652935179014776,0.36288504302501678466,1.1654401073614906181,0.050524175516329705715);
INSERT INTO loss VALUES(3,2,1,1,37.92333686841439544,0.29627247899770736694,1.2189950317636213394,0.041649099381174892187);
INSERT INTO loss VALUES(4,1,1,1,38.012307361124065608,0.26205325126647949218,1.2573433708003411979,0.027391809453547466546);
INSERT INTO loss VALUES(4,2,1,1,39.200738210458467847,0.36626275628805160522,1.1996282877056376747,0.053462110616237623617);
INSERT INTO loss VALUES(5,1,1,1,1.1654401073614905615e+300,0.36288504302501678466,1.1654401073614906181,0.050524175516329705715);
INSERT INTO loss VALUES(5,2,1,1,NULL,NULL,NULL,NULL);
INSERT INTO loss VALUES(6,1,1,1,1.2573433708003412247e+300,0.26205325126647949218,1.2573433708003411979,0.027391809453547466546);
INSERT INTO loss VALUES(6,2,1,1,NULL,NULL,NULL,NULL);
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
INSERT INTO evaluation VALUES(1,1,2,'embedding',1,'dimensional','participation_ratio is 1.04, below 1.2','[6.921319288113582,0.9705053916099252,0.36463338298034104]');
INSERT INTO evaluation VALUES(2,1,2,'representation',1,'dimensional','participation_ratio is 1.03, below 1.3','[1.3901280930352662,0.16871416569674033,0.011565083909257493,9.403315053921362E-08]');
INSERT INTO evaluation VALUES(3,3,2,'embedding',1,'dimensional','participation_ratio is 1.11, below 1.2','[6.98458586548648,1.600996402010943,0.3336296429153456]');
INSERT INTO evaluation VALUES(4,3,2,'representation',1,'dimensional','participation_ratio is 1.03, below 1.3','[1.4546318394938471,0.17933877891345879,1.0814693003949912E-07,5.584660756055373E-08]');
INSERT INTO evaluation VALUES(5,2,2,'embedding',1,'none','relative_spread is 0.766 and participation_ratio 1.31 of 3','[1.491134592158194,0.5136932777724611,0.28435232569564495]');
INSERT INTO evaluation VALUES(6,2,2,'representation',1,'complete','relative_spread is 0.00095, below 0.1','[0.002509437714495628,0,0,0]');
INSERT INTO evaluation VALUES(7,4,2,'embedding',1,'none','relative_spread is 0.977 and participation_ratio 1.51 of 3','[2.083848427333271,0.9764614138898444,0.4244002835119842]');
INSERT INTO evaluation VALUES(8,4,2,'representation',1,'complete','all samples are the same','[]');
CREATE TABLE panel (
    evaluation INTEGER NOT NULL REFERENCES evaluation (number) ON DELETE CASCADE,
    metric     INTEGER NOT NULL REFERENCES metric (number),
    value      REAL,                                       -- null where undefined
    PRIMARY KEY (evaluation, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO panel VALUES(1,1,0.67528648644635536069);
INSERT INTO panel VALUES(1,2,0.35531523676510812226);
INSERT INTO panel VALUES(1,3,0.66442727166757942214);
INSERT INTO panel VALUES(1,4,0.0);
INSERT INTO panel VALUES(1,5,0.99989140901117401494);
INSERT INTO panel VALUES(1,6,0.53317985705107040494);
INSERT INTO panel VALUES(1,7,1.7669003629373958297);
INSERT INTO panel VALUES(1,8,1.7113890655203025659);
INSERT INTO panel VALUES(1,9,1.0449654670609889173);
INSERT INTO panel VALUES(1,10,1.0224370281239998359);
INSERT INTO panel VALUES(1,11,18.981584273886245028);
INSERT INTO panel VALUES(1,12,0.93896406777168683888);
INSERT INTO panel VALUES(1,13,0.93829107635371655771);
INSERT INTO panel VALUES(1,14,1.6586459817487626544);
INSERT INTO panel VALUES(1,15,-1.607612926975255263);
INSERT INTO panel VALUES(1,16,0.03125);
INSERT INTO panel VALUES(1,17,0.03125);
INSERT INTO panel VALUES(1,18,0.0);
INSERT INTO panel VALUES(2,1,0.11026822346203481173);
INSERT INTO panel VALUES(2,2,0.034774928837731901298);
INSERT INTO panel VALUES(2,3,0.10450705502317969575);
INSERT INTO panel VALUES(2,4,0.0);
INSERT INTO panel VALUES(2,5,0.30290045824773348392);
INSERT INTO panel VALUES(2,6,0.081959168898751710852);
INSERT INTO panel VALUES(2,7,1.9523270541598918281);
INSERT INTO panel VALUES(2,8,1.4678232289795658527);
INSERT INTO panel VALUES(2,9,1.0295934140709712689);
INSERT INTO panel VALUES(2,10,1.0147988979671631604);
INSERT INTO panel VALUES(2,11,14783383.148005407304);
INSERT INTO panel VALUES(2,12,0.80588982608797099516);
INSERT INTO panel VALUES(2,13,0.77494292064927761121);
INSERT INTO panel VALUES(2,14,0.0046752882366168282274);
INSERT INTO panel VALUES(2,15,-0.065447051782246010165);
INSERT INTO panel VALUES(2,16,0.0625);
INSERT INTO panel VALUES(2,17,0.0625);
INSERT INTO panel VALUES(2,18,0.0);
INSERT INTO panel VALUES(3,1,0.69306654082647212167);
INSERT INTO panel VALUES(3,2,0.36562466103639235104);
INSERT INTO panel VALUES(3,3,0.68632520823157594502);
INSERT INTO panel VALUES(3,4,0.0);
INSERT INTO panel VALUES(3,5,1.0056236237468429983);
INSERT INTO panel VALUES(3,6,0.52254756689075598785);
INSERT INTO panel VALUES(3,7,1.9043324525087144127);
INSERT INTO panel VALUES(3,8,1.8639282123329641294);
INSERT INTO panel VALUES(3,9,1.1095822245394153515);
INSERT INTO panel VALUES(3,10,1.0548227720489029568);
INSERT INTO panel VALUES(3,11,20.935147741829201351);
INSERT INTO panel VALUES(3,12,0.90063965344566854209);
INSERT INTO panel VALUES(3,13,0.89852785819552283275);
INSERT INTO panel VALUES(3,14,1.7947924663199672501);
INSERT INTO panel VALUES(3,15,-1.4453354241418669978);
INSERT INTO panel VALUES(3,16,0.09375);
INSERT INTO panel VALUES(3,17,0.0);
INSERT INTO panel VALUES(3,18,0.0);
INSERT INTO panel VALUES(4,1,0.11559005958969237326);
INSERT INTO panel VALUES(4,2,0.035919617070549005044);
INSERT INTO panel VALUES(4,3,0.11072313210832449015);
INSERT INTO panel VALUES(4,4,0.0);
INSERT INTO panel VALUES(4,5,0.31454646251245438337);
INSERT INTO panel VALUES(4,6,0.084133831544634732346);
INSERT INTO panel VALUES(4,7,1.9527223807402667166);
INSERT INTO panel VALUES(4,8,1.4134132666360406105);
INSERT INTO panel VALUES(4,9,1.0303928835872027125);
INSERT INTO panel VALUES(4,10,1.0151999527576887061);
INSERT INTO panel VALUES(4,11,26046914.98792669177);
INSERT INTO panel VALUES(4,12,0.79138727975287981308);
INSERT INTO panel VALUES(4,13,0.75292714245480352186);
INSERT INTO panel VALUES(4,14,0.004863978154773500144);
INSERT INTO panel VALUES(4,15,-0.067203190807360105307);
INSERT INTO panel VALUES(4,16,0.0625);
INSERT INTO panel VALUES(4,17,0.03125);
INSERT INTO panel VALUES(4,18,0.0);
INSERT INTO panel VALUES(5,1,0.15659923425409083552);
INSERT INTO panel VALUES(5,2,0.077965977443684955638);
INSERT INTO panel VALUES(5,3,0.19519371407851709987);
INSERT INTO panel VALUES(5,4,0.0);
INSERT INTO panel VALUES(5,5,0.76571850972296806592);
INSERT INTO panel VALUES(5,6,0.29171751034169229876);
INSERT INTO panel VALUES(5,7,2.6489312392069974677);
INSERT INTO panel VALUES(5,8,2.3955859503512639818);
INSERT INTO panel VALUES(5,9,1.313882911126857067);
INSERT INTO panel VALUES(5,10,1.1550437426934851981);
INSERT INTO panel VALUES(5,11,5.2439683357969864019);
INSERT INTO panel VALUES(5,12,0.63546562531872063939);
INSERT INTO panel VALUES(5,13,0.60888520074543506233);
INSERT INTO panel VALUES(5,14,0.4695524033605039671);
INSERT INTO panel VALUES(5,15,-0.61243881897425611615);
INSERT INTO panel VALUES(5,16,0.15625);
INSERT INTO panel VALUES(5,17,0.09375);
INSERT INTO panel VALUES(5,18,0.0);
INSERT INTO panel VALUES(6,1,0.00021605969648512559451);
INSERT INTO panel VALUES(6,2,0.00012713662707761983492);
INSERT INTO panel VALUES(6,3,0.00022079943681447804638);
INSERT INTO panel VALUES(6,4,4.0);
INSERT INTO panel VALUES(6,5,0.00095016098767649985468);
INSERT INTO panel VALUES(6,6,0.00026796242571025497784);
INSERT INTO panel VALUES(6,7,1.0057423946214203436);
INSERT INTO panel VALUES(6,8,1.0);
INSERT INTO panel VALUES(6,9,1.0);
INSERT INTO panel VALUES(6,10,1.0);
INSERT INTO panel VALUES(6,11,NULL);
INSERT INTO panel VALUES(6,12,1.0);
INSERT INTO panel VALUES(6,13,1.0);
INSERT INTO panel VALUES(6,14,0.0);
INSERT INTO panel VALUES(6,15,-1.963077396050663638e-06);
INSERT INTO panel VALUES(6,16,0.125);
INSERT INTO panel VALUES(6,17,0.125);
INSERT INTO panel VALUES(6,18,0.0);
INSERT INTO panel VALUES(7,1,0.24003231991093185171);
INSERT INTO panel VALUES(7,2,0.19687209106611031073);
INSERT INTO panel VALUES(7,3,0.23919647852688988298);
INSERT INTO panel VALUES(7,4,0.0);
INSERT INTO panel VALUES(7,5,0.97728654531767467084);
INSERT INTO panel VALUES(7,6,0.46493386101269279508);
INSERT INTO panel VALUES(7,7,2.5237815585154756981);
INSERT INTO panel VALUES(7,8,2.5102511496585435679);
INSERT INTO panel VALUES(7,9,1.5146198615335175752);
INSERT INTO panel VALUES(7,10,1.2610506075577394557);
INSERT INTO panel VALUES(7,11,4.9101014025934963669);
INSERT INTO panel VALUES(7,12,0.61834017069978663982);
INSERT INTO panel VALUES(7,13,0.57165416205186769804);
INSERT INTO panel VALUES(7,14,0.43366534177481325107);
INSERT INTO panel VALUES(7,15,-1.1740574522545188518);
INSERT INTO panel VALUES(7,16,0.09375);
INSERT INTO panel VALUES(7,17,0.15625);
INSERT INTO panel VALUES(7,18,0.0);
INSERT INTO panel VALUES(8,1,0.0);
INSERT INTO panel VALUES(8,2,0.0);
INSERT INTO panel VALUES(8,3,0.0);
INSERT INTO panel VALUES(8,4,4.0);
INSERT INTO panel VALUES(8,5,0.0);
INSERT INTO panel VALUES(8,6,0.0);
INSERT INTO panel VALUES(8,7,1.0000047354399024257);
INSERT INTO panel VALUES(8,8,NULL);
INSERT INTO panel VALUES(8,9,NULL);
INSERT INTO panel VALUES(8,10,NULL);
INSERT INTO panel VALUES(8,11,NULL);
INSERT INTO panel VALUES(8,12,NULL);
INSERT INTO panel VALUES(8,13,NULL);
INSERT INTO panel VALUES(8,14,0.0);
INSERT INTO panel VALUES(8,15,0.0);
INSERT INTO panel VALUES(8,16,0.125);
INSERT INTO panel VALUES(8,17,0.125);
INSERT INTO panel VALUES(8,18,0.0);
CREATE TABLE baseline (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    space    TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('none', 'dimensional', 'complete')),
    evidence TEXT NOT NULL,
    spectrum TEXT NOT NULL CHECK (json_valid(spectrum))
) STRICT;
INSERT INTO baseline VALUES(1,'59c6417c5259628aa8f4823414237ad9','features','dimensional','participation_ratio is 1.12, below 2.5','[475.04360780242274,66.85994492817214,36.70300268727388,31.398149180586596,25.783508558923018,24.80518888001713,22.325133755756006,21.988775360870143,20.48446605285063,19.756032532045815,18.957763511896612,17.432526159242485,17.22552863527842,15.900427297674607,15.538685168173009,14.913695941285127,14.438555177828126,13.272206610879381,12.950219410088481,12.52883070468916,12.12227940508921,11.638776753584736,11.388620193357987,10.628936281131601,10.29258343836,9.894768533689088,9.52770177783307,9.324791820352868,9.116429169116032,8.735288389071524,8.33566664076159,1.8726847881645443E-14]');
CREATE TABLE baseline_value (
    baseline INTEGER NOT NULL REFERENCES baseline (number) ON DELETE CASCADE,
    metric   INTEGER NOT NULL REFERENCES metric (number),
    value    REAL,
    PRIMARY KEY (baseline, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO baseline_value VALUES(1,1,1.0071368104843247959);
INSERT INTO baseline_value VALUES(1,2,0.0);
INSERT INTO baseline_value VALUES(1,3,0.81582615382372547507);
INSERT INTO baseline_value VALUES(1,4,24.0);
INSERT INTO baseline_value VALUES(1,5,0.99356635266652526539);
INSERT INTO baseline_value VALUES(1,6,0.036809644342516323334);
INSERT INTO baseline_value VALUES(1,7,11.559411992809875968);
INSERT INTO baseline_value VALUES(1,8,11.15061938345700554);
INSERT INTO baseline_value VALUES(1,9,1.1217005947533174037);
INSERT INTO baseline_value VALUES(1,10,1.0593649916657355003);
INSERT INTO baseline_value VALUES(1,11,NULL);
INSERT INTO baseline_value VALUES(1,12,0.44765513874627793633);
INSERT INTO baseline_value VALUES(1,13,0.37806243103387221493);
INSERT INTO baseline_value VALUES(1,14,1.5258842679012827314);
INSERT INTO baseline_value VALUES(1,15,-2.9276696462573235102);
INSERT INTO baseline_value VALUES(1,16,0.09375);
INSERT INTO baseline_value VALUES(1,17,0.1875);
INSERT INTO baseline_value VALUES(1,18,0.0);
CREATE TABLE kept_images (
    bank   TEXT PRIMARY KEY,
    labels BLOB NOT NULL              -- int32, little-endian: the class of every image
) STRICT, WITHOUT ROWID;
INSERT INTO kept_images VALUES('59c6417c5259628aa8f4823414237ad9',X'00000000010000000200000003000000');
CREATE TABLE embedding (
    number    INTEGER PRIMARY KEY,
    trial     INTEGER NOT NULL REFERENCES trial (number),
    step      INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    space     TEXT NOT NULL,
    bank      TEXT NOT NULL REFERENCES kept_images (bank),
    dimension INTEGER NOT NULL,
    centre    BLOB NOT NULL,          -- float32, little-endian: one number a dimension
    scale     REAL NOT NULL,
    samples   BLOB NOT NULL,          -- float16, little-endian: one row of numbers an image
    UNIQUE (trial, step, space)
) STRICT;
INSERT INTO embedding VALUES(1,1,0,0,'embedding','59c6417c5259628aa8f4823414237ad9',3,X'ec8fefbe6cbf4cbf09ae92bf',3.6941164731979370117,X'292f063345351eb6a1b900bc0d305633b8359b3015340235');
INSERT INTO embedding VALUES(2,1,2,1,'embedding','59c6417c5259628aa8f4823414237ad9',3,X'46e3fabef5da5bbfcab0afbf',4.2857377529144287109,X'532e543251352eb53cb900bc5a2da43262358630f8334d35');
INSERT INTO embedding VALUES(3,3,2,1,'embedding','59c6417c5259628aa8f4823414237ad9',3,X'adc3f1bea39464bf184b9ebf',4.3211917877197265625,X'0f2fd43246355eb551b900bcbc2d4732fa3557301434c134');
CREATE TABLE stage_time (
    stack   INTEGER NOT NULL REFERENCES stack (number),
    stage   TEXT NOT NULL,            -- feature bank, training, evaluation
    seconds REAL NOT NULL,
    PRIMARY KEY (stack, stage)
) STRICT, WITHOUT ROWID;
INSERT INTO stage_time VALUES(1,'evaluation',0.030342199999999999726);
INSERT INTO stage_time VALUES(1,'feature bank',2.523239100000000068);
INSERT INTO stage_time VALUES(1,'training',0.11457420000000000104);
CREATE TABLE stack_break (
    number        INTEGER PRIMARY KEY,
    broke_utc     TEXT NOT NULL,
    width         INTEGER NOT NULL,   -- how many trials were trained together
    trials        TEXT NOT NULL CHECK (json_valid(trials)),   -- ids of those that had not ended, as a JSON array
    failure_class TEXT NOT NULL CHECK (failure_class IN ('out_of_memory', 'error')),
    reason        TEXT NOT NULL,
    UNIQUE (broke_utc, trials)
) STRICT;
CREATE TABLE input (
    settings TEXT NOT NULL,           -- those that decide it; not where it lies
    part     TEXT NOT NULL,           -- such as training images
    content  TEXT NOT NULL,           -- its checksum
    place    TEXT NOT NULL,           -- where it lay
    seen_utc TEXT NOT NULL,
    PRIMARY KEY (settings, part)
) STRICT, WITHOUT ROWID;
INSERT INTO input VALUES('backbone.weights=random;backbone.seed=0','backbone''s weights','random 1, seed 0','drawn from the seed','2026-11-27T00:03:29.011Z');
INSERT INTO input VALUES('data.source=shapes;data.train_images=64;data.test_images=32;read=32','held-out images','e044bcec43aac52659c5d96d328d830856a639083a93f030ccb8ea98bc52329b','generated','2026-11-27T00:03:29.011Z');
INSERT INTO input VALUES('data.source=shapes;data.train_images=64;data.test_images=32;read=64','training images','5e52c77972e30fc7340556bc06871872784fcde7cb53ad4194eba29c93c2c2a7','generated','2026-11-27T00:03:29.002Z');
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
CREATE INDEX trial_point ON trial (point, seed);
CREATE INDEX embedding_before ON embedding (space, trial) WHERE step = 0;
CREATE VIEW trial_summary AS
SELECT t.number, t.id, t.point, t.block, t.seed,
    CASE WHEN t.state = 'pending' AND s.lease_until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
         THEN 'running' ELSE t.state END AS state,
    t.failure_class, t.reason,
    embedding.verdict AS collapse_embedding, representation.verdict AS collapse_representation,
    t.epochs, t.steps, t.seconds,
    json_extract(t.settings, '$."data.source"') AS "data.source",
    json_extract(t.settings, '$."data.path"') AS "data.path",
    json_extract(t.settings, '$."data.train_images"') AS "data.train_images",
    json_extract(t.settings, '$."data.test_images"') AS "data.test_images",
    json_extract(t.settings, '$."augment.recipe"') AS "augment.recipe",
    json_extract(t.settings, '$."augment.views"') AS "augment.views",
    json_extract(t.settings, '$."backbone.arch"') AS "backbone.arch",
    json_extract(t.settings, '$."backbone.weights"') AS "backbone.weights",
    json_extract(t.settings, '$."backbone.seed"') AS "backbone.seed",
    json_extract(t.settings, '$."backbone.precision"') AS "backbone.precision",
    json_extract(t.settings, '$."backbone.standardize"') AS "backbone.standardize",
    json_extract(t.settings, '$."model.embedding_dim"') AS "model.embedding_dim",
    json_extract(t.settings, '$."model.representation_dim"') AS "model.representation_dim",
    json_extract(t.settings, '$."model.expander_width"') AS "model.expander_width",
    json_extract(t.settings, '$."model.dropout"') AS "model.dropout",
    json_extract(t.settings, '$."loss.invariance_weight"') AS "loss.invariance_weight",
    json_extract(t.settings, '$."loss.variance_weight"') AS "loss.variance_weight",
    json_extract(t.settings, '$."loss.covariance_weight"') AS "loss.covariance_weight",
    json_extract(t.settings, '$."loss.epsilon"') AS "loss.epsilon",
    json_extract(t.settings, '$."loss.gamma"') AS "loss.gamma",
    json_extract(t.settings, '$."loss.convention"') AS "loss.convention",
    json_extract(t.settings, '$."train.epochs"') AS "train.epochs",
    json_extract(t.settings, '$."train.batch_size"') AS "train.batch_size",
    json_extract(t.settings, '$."train.optimizer"') AS "train.optimizer",
    json_extract(t.settings, '$."train.learning_rate"') AS "train.learning_rate",
    json_extract(t.settings, '$."train.weight_decay"') AS "train.weight_decay",
    json_extract(t.settings, '$."train.momentum"') AS "train.momentum",
    json_extract(t.settings, '$."train.warmup_epochs"') AS "train.warmup_epochs",
    json_extract(t.settings, '$."train.schedule"') AS "train.schedule",
    json_extract(t.settings, '$."log.every_batches"') AS "log.every_batches",
    json_extract(t.settings, '$."eval.every_epochs"') AS "eval.every_epochs",
    json_extract(t.settings, '$."eval.images"') AS "eval.images",
    json_extract(t.settings, '$."eval.reference_images"') AS "eval.reference_images",
    json_extract(t.settings, '$."eval.knn_k"') AS "eval.knn_k",
    json_extract(t.settings, '$."eval.knn_temperature"') AS "eval.knn_temperature",
    json_extract(t.settings, '$."eval.keep_embeddings"') AS "eval.keep_embeddings",
    json_extract(t.settings, '$."eval.keep_seeds"') AS "eval.keep_seeds",
    l.total AS "loss/total",
    l.invariance AS "loss/invariance",
    l.variance AS "loss/variance",
    l.covariance AS "loss/covariance",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 1) AS "embedding/std_mean",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 2) AS "embedding/std_min",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 3) AS "embedding/std_median",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 4) AS "embedding/dead_dims",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 5) AS "embedding/relative_spread",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 6) AS "embedding/std_l2",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 7) AS "embedding/rankme",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 8) AS "embedding/effective_rank",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 9) AS "embedding/participation_ratio",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 10) AS "embedding/stable_rank",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 11) AS "embedding/condition_number",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 12) AS "embedding/offdiag_corr_rms",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 13) AS "embedding/offdiag_corr_mean_abs",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 14) AS "embedding/alignment",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 15) AS "embedding/uniformity",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 16) AS "embedding/knn_top1",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 17) AS "embedding/probe_top1",
    (SELECT value FROM panel WHERE evaluation = embedding.number AND metric = 18) AS "embedding/knn_informative",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 1) AS "representation/std_mean",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 2) AS "representation/std_min",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 3) AS "representation/std_median",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 4) AS "representation/dead_dims",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 5) AS "representation/relative_spread",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 6) AS "representation/std_l2",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 7) AS "representation/rankme",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 8) AS "representation/effective_rank",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 9) AS "representation/participation_ratio",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 10) AS "representation/stable_rank",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 11) AS "representation/condition_number",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 12) AS "representation/offdiag_corr_rms",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 13) AS "representation/offdiag_corr_mean_abs",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 14) AS "representation/alignment",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 15) AS "representation/uniformity",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 16) AS "representation/knn_top1",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 17) AS "representation/probe_top1",
    (SELECT value FROM panel WHERE evaluation = representation.number AND metric = 18) AS "representation/knn_informative"
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
PRAGMA user_version = 4;
