namespace Coda.Benchmarks.Faults;

/// <summary>What a damaged file came to. From <see cref="SilentOther"/> on, what must not happen.</summary>
internal enum FaultVerdict
{
    /// <summary>Exit code 0 and the outputs of the intact file.</summary>
    Same,

    /// <summary>An exit code and an error in our own words.</summary>
    Refused,

    /// <summary>Other outputs, and a warning that the intact file does not give.</summary>
    Warned,

    /// <summary>Other outputs from another well-formed input of the user's.</summary>
    OtherInput,

    /// <summary>Exit code 0 and other outputs, without a word.</summary>
    SilentOther,

    /// <summary>Not done within the time limit.</summary>
    Hang,

    /// <summary>A message in words of .NET, or of a library beneath.</summary>
    ForeignWords,

    /// <summary>Exit code 1, or an error that is not one line.</summary>
    Unexpected,

    /// <summary>The process died, or took more memory than it may.</summary>
    Crash,

    /// <summary>A control character was printed as it is.</summary>
    ControlCharacter,

    /// <summary>After a refusal files were changed, gone, or there by half.</summary>
    FilesLost,
}
