using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

/// <summary>What every store promises, kept by PostgreSQL with its files in a folder that machines share.</summary>
public sealed class PostgresStoreTests : StoreContract
{
    private protected override bool HasNull => false;

    private protected override int Disturbances => 4;

    private protected override FormulaSweep Sweep(FormulaRunner? runner = null) => new(runner, postgres: new PostgresPlace(inFolder: true));
}
