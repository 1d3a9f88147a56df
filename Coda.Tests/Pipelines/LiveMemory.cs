using Microsoft.ML;

namespace Coda.Tests.Pipelines;

/// <summary>What is alive while a cursor is read.</summary>
internal static class LiveMemory
{
    /// <summary>Reads a cursor to its end, with every column, and bounds the managed memory that is alive on the way.</summary>
    public static void Bound(DataViewRowCursor cursor, long bound, int every, int rows)
    {
        using (cursor)
        {
            var getters = cursor.Schema.Where(cursor.IsColumnActive).Where(c => c.Type is Microsoft.ML.Data.VectorDataViewType)
                .Select(c => cursor.GetGetter<Microsoft.ML.Data.VBuffer<float>>(c)).ToArray();
            var values = new Microsoft.ML.Data.VBuffer<float>[getters.Length];
            var start = GC.GetTotalMemory(forceFullCollection: true);
            var count = 0;
            for (; cursor.MoveNext(); count++)
            {
                for (var i = 0; i < getters.Length; i++)
                {
                    getters[i](ref values[i]);
                }

                if (count % every == every / 2)
                {
                    Assert.IsLessThan(bound, GC.GetTotalMemory(forceFullCollection: true) - start, $"bytes alive at row {count}");
                }
            }

            Assert.AreEqual(rows, count);
        }
    }
}
