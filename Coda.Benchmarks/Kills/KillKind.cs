namespace Coda.Benchmarks.Kills;

/// <summary>What a process is about to do to a file, or asks of a store, when it is killed. The first six have the numbers of kill-points.c.</summary>
internal enum KillKind
{
    /// <summary>Make or open a file to write it.</summary>
    Create,

    /// <summary>Write or resize; half of the bytes are written.</summary>
    Write,

    /// <summary>Flush to the disk.</summary>
    Flush,

    /// <summary>Give a file its name.</summary>
    Rename,

    /// <summary>Remove a file or a folder.</summary>
    Remove,

    /// <summary>Make a folder.</summary>
    Folder,

    /// <summary>Put an object; it is not there.</summary>
    Put,

    /// <summary>Put an object; it is there, and nobody learned it.</summary>
    PutUnanswered,

    /// <summary>Delete an object; it is there still.</summary>
    Delete,

    /// <summary>Delete an object; it is gone, and nobody learned it.</summary>
    DeleteUnanswered,
}
