namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What registering a sweep file changed.</summary>
/// <param name="Added">Trials that the store did not have.</param>
/// <param name="Kept">Trials that it had, finished or not.</param>
/// <param name="Orphaned">
/// Trials that the sweep had and no longer names. Their results stay and are exported; they are no longer trained.
/// </param>
public sealed record Registration(int Added, int Kept, int Orphaned);
