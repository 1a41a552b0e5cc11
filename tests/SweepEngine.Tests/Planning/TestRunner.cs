using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

/// <summary>Stacks trials whose shapes and epochs agree; trains nothing.</summary>
internal sealed class TestRunner(int width) : ITrialRunner
{
    public ParameterCatalogue Catalogue => TestCatalogue.Instance;

    public IReadOnlyList<Metric> Metrics => [];

    public string StackKey(Trial trial) =>
        string.Join(' ', trial.Settings["model.embedding_dim"], trial.Settings["model.representation_dim"], trial.Settings["train.epochs"]);

    public int StackWidth(Trial trial) => width;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel) => throw new NotSupportedException();
}
