using Microsoft.ML.Data;

namespace Coda.Pipelines.Functions;

/// <summary>What a model makes of a vector. Safe for use from several threads.</summary>
internal interface IRowFunction : IDisposable
{
    /// <summary>The type of the vectors that it reads.</summary>
    VectorDataViewType Input { get; }

    /// <summary>The type of the vectors that it makes.</summary>
    VectorDataViewType Output { get; }

    /// <summary>The names of the entries of the vectors that it makes.</summary>
    IReadOnlyList<string> OutputNames();

    /// <summary>What another process needs to make it again.</summary>
    FunctionRecord Record { get; }

    /// <summary>Computes rows.</summary>
    /// <param name="inputs">The vectors read. [row, entry]</param>
    /// <param name="outputs">Takes those made. [row, entry]</param>
    /// <param name="batch">The rows that one run takes, at least as many as there are; a run is planned once for each number.</param>
    void Run(ReadOnlySpan<float> inputs, Span<float> outputs, int batch);
}
