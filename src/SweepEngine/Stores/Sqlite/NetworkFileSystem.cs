namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Tells folders whose locks cannot be trusted: SQLite on a network file system corrupts.</summary>
public static class NetworkFileSystem
{
    private const string MountTable = "/proc/self/mounts";

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fhgfs", "fuse.ceph", "fuse.davfs", "fuse.glusterfs", "fuse.juicefs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "orangefs", "panfs",
        "pvfs2", "smb3", "smbfs", "wekafs",
    };

    /// <summary>The mount table of this machine, a line a mount; empty where there is none to read.</summary>
    public static IEnumerable<string> Mounts => File.Exists(MountTable) ? File.ReadLines(MountTable) : [];

    /// <summary>The type of the network file system that a folder lies on; null when it is local or not known.</summary>
    /// <param name="mounts">Lines as in <c>/proc/mounts</c>: device, mount point, type, options.</param>
    public static string? TypeOf(string folder, IEnumerable<string> mounts)
    {
        var real = WithoutLinks(Path.GetFullPath(folder));
        var type = mounts
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length >= 3)
            .Select(fields => (Point: Unescape(fields[1]), Type: fields[2]))
            .Where(mount => IsUnder(real, mount.Point))
            .Aggregate((Point: "", Type: ""), (best, mount) => mount.Point.Length >= best.Point.Length ? mount : best)
            .Type;
        return Types.Contains(type) ? type : null;
    }

    private static bool IsUnder(string folder, string mountPoint) =>
        mountPoint == "/" || folder == mountPoint || folder.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static string WithoutLinks(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null) return path;

        var real = Path.Combine(WithoutLinks(parent), Path.GetFileName(path));
        var link = new DirectoryInfo(real);
        return link.LinkTarget is null ? real : WithoutLinks(link.ResolveLinkTarget(returnFinalTarget: false)!.FullName);
    }

    /// <summary>Mount tables write space, tab, newline and backslash as three octal digits.</summary>
    private static string Unescape(string field) => field
        .Replace("\\040", " ", StringComparison.Ordinal)
        .Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal)
        .Replace("\\134", "\\", StringComparison.Ordinal);
}
