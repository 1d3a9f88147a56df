using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>A small archive and a small model, in a directory of their own.</summary>
internal sealed class PipelineExample : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Writes the model: windows of 7 steps on 8 sites.</summary>
    public PipelineExample()
    {
        Directory.CreateDirectory(ModelFolder);
        ExampleModels.Write(ModelFolder);
        Model = OnnxModel.Open(ModelFolder);
    }

    public MLContext Context { get; } = new(1);

    public OnnxModel Model { get; }

    public string ModelFolder => _directory.File("model");

    public TwinExperiment Twin { get; } = ExampleTwins.Lorenz96(steps: 60, trajectories: 3);

    public string File(string name) => _directory.File(name);

    /// <summary>Observations of a twin experiment, in a Parquet archive.</summary>
    public ParquetArchive Observations()
    {
        var archive = ParquetArchive.Create(_directory.File("observed"), Twin.Describe());
        archive.WriteObservations(Twin.Observations());
        return archive;
    }

    /// <summary>Analyses of random numbers: two trajectories with a gap between their blocks.</summary>
    public ParquetArchive Analyses(int steps = 9000, int size = 8, bool hasSpread = true)
    {
        var archive = ParquetArchive.Create(_directory.File("analyzed"), ArchiveExamples.Description(sites: size, steps: steps, trajectories: 2));
        archive.WriteStates(ArchiveTable.Analyses, Blocks(steps, size, hasSpread));
        return archive;
    }

    public static StateBlock[] Blocks(int steps, int size, bool hasSpread = true) =>
    [
        ArchiveExamples.Block(0, 5, steps - 5, size, hasSpread), ArchiveExamples.Block(1, 0, 100, size, hasSpread),
        ArchiveExamples.Block(1, 200, steps - 200, size, hasSpread),
    ];

    /// <summary>Every row of a cursor, as text: id, batch and all values that it was asked for.</summary>
    public static List<(DataViewRowId Id, long Batch, string Text)> Rows(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var id = cursor.GetIdGetter();
            Func<string>[] columns = [.. cursor.Schema.Where(c => !c.IsHidden && cursor.IsColumnActive(c)).Select(c => Text(cursor, c))];
            var rows = new List<(DataViewRowId, long, string)>();
            while (cursor.MoveNext())
            {
                Assert.AreEqual(rows.Count, cursor.Position);
                DataViewRowId value = default;
                id(ref value);
                rows.Add((value, cursor.Batch, string.Join("; ", columns.Select(c => c()))));
            }

            return rows;
        }
    }

    /// <summary>Every row of a view, in order.</summary>
    public static List<(DataViewRowId Id, long Batch, string Text)> Rows(IDataView view) => Rows(view.GetRowCursor(view.Schema));

    /// <summary>A column of vectors, one after another.</summary>
    public static float[] Vectors(IDataView view, string column) => [.. view.GetColumn<VBuffer<float>>(column).SelectMany(v => v.DenseValues())];

    public void Dispose()
    {
        Model.Dispose();
        _directory.Dispose();
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.RawType == typeof(VBuffer<float>))
        {
            return Text<VBuffer<float>>(row, column, v => string.Join(' ', v.DenseValues()));
        }

        return column.Type.RawType == typeof(int) ? Text<int>(row, column, v => $"{v}")
            : column.Type.RawType == typeof(long) ? Text<long>(row, column, v => $"{v}")
            : Text<double>(row, column, v => $"{v}");
    }

    private static Func<string> Text<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> format)
    {
        var (getter, value) = (row.GetGetter<T>(column), default(T)!);
        return () =>
        {
            getter(ref value);
            return $"{column.Name} {format(value)}";
        };
    }
}
