using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Trials;

/// <summary>What documents and messages about sweep files show as examples.</summary>
internal static class TrialExamples
{
    public static SweepFileExamples SweepFile { get; } = new()
    {
        File = """
            # yaml-language-server: $schema=../docs/sweep-file.schema.json
            version: 1                # of this language
            name: loss-weights        # lower-case letters, digits and hyphens; the results go to results/NAME
            question: Which loss weights keep a 50-d embedding from collapsing?
            seeds: 3                  # 0, 1 and 2; or a list such as [7, 8]. Without it, seed 0 alone
            fixed:                    # values that differ from the defaults below, for every trial
              data.source: cifar10
            grid:                     # the product of all axes; the first varies slowest
              loss.variance_weight: [0, 1, 25]
              loss.covariance_weight: {log: [0.01, 100], count: 5}      # 0.01, 0.1, 1, 10, 100
              train.learning_rate: {linear: [0.001, 0.003], count: 3}   # 0.001, 0.002, 0.003
              train.warmup_epochs: {range: [0, 4], step: 2}             # 0, 2, 4
            zip:                      # each entry is one axis, whose parameters move together
              - model.embedding_dim: [2, 50]
                model.representation_dim: [16, 100]
            exclude:                  # points for which a rule is true are left out
              - loss.variance_weight == 0 and loss.covariance_weight > 0
            blocks:                   # a union; each has all that stands above, and overrides what it names
              - name: no-push
                fixed: {loss.variance_weight: 0, loss.covariance_weight: 0}
            sample: {count: 500}      # that many of the points
            evaluate:                 # further metrics of the same trials, and no more trials
              eval.knn_k: [5, 200]
            stop:                     # when trials end before their last epoch
              timeout: 20m
              collapse: {action: label, after_epochs: 2, sustained: 2}
              halving: {metric: embedding/knn_top1, keep: 0.5, every_epochs: 5}
            retry: {max: 1}
            run: {stack: auto, order: grid}
            """,
        Rule = "loss.variance_weight == 0 and loss.covariance_weight > 0",
        ChainedRule = "0 < loss.epsilon <= 1",
        Word = "adam",
        Inactive = "momentum under Adam",
        InactiveRule = ("train.momentum > 0.5", "the points of Adam"),
        Metric = $"{TrialVocabulary.Representation}/{PanelMetrics.ParticipationRatio}",
        Term = "loss/total",
    };
}
