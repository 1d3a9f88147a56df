using System.IO.Compression;

namespace Coda.Tests.Archives.NetCdf;

/// <summary>
/// Small files that netCDF4-python 1.6.2 wrote: four times (hours since 2020-01-01 6:00, unlimited) of three stations (a, bb, ccc); <c>height</c> in 16 bits
/// with scale .5 and offset 1, from 1 to 6.5 row by row, the eighth missing (-9); <c>error</c> .25 everywhere. Or groups (<see cref="Groups"/>).
/// </summary>
internal static class NetCdfExamples
{
    /// <summary>NetCDF-4 with groups: three hours at the root, <c>air/T</c> along them and two sites (a, b), from 280 to 285 K row by row; <c>sea/deep</c> with
    /// two hours of its own, the last two, <c>T</c> (4 and 5 degC) and <c>S</c> (34 and 35, in K for once).</summary>
    public const string Groups = "g4";

    /// <summary>The names: CDF-1, CDF-2, CDF-5 and NetCDF-4 (deflated, shuffled, texts of any length).</summary>
    public static IEnumerable<string> Names => Packed.Keys.Except([Groups]);

    private static readonly Dictionary<string, string> Packed = new()
    {
        ["c1"] =
            "H4sIAAAAAAACA11Su26DMBS9hkDJ4w+68AOVaIYMGZpKrfIJXZFjDFiitmSbvR/WD+jYsWM/oVvG9DrYJOTIR8b34XuOxcvrngDADLlAxu7bincOA2ZGWO7jacdlY9tzPIYLlr4/9BEf" +
            "XyEjZNJLYc0Qc+f7VvXa5EZIxvN1sS4eikdc+WZbFK4mYxQnVVT7+nmjeaO0oHK4I3U1OOYL9ztjqRVKhruJ3wOiQQf5dH0tF01rxzj4+lXwX+5F173RruejR3I6Dl6ME1XWlFmlvQay" +
            "+x3nLGhVlaquDbejRrL7u7wRU0pXQlLLTZh/rT32nr7de3Gtz0NudAYk3tMPBTgcgDEGExCITsenD4DAUUeMPpNp7jl0peg0u8llPjfHf2M5zf0DXVcxwTgCAAA=",
        ["c2"] =
            "H4sIAAAAAAACA11Su27DIBS92LGb1x908Q9EohkydGgqtcondLUIxjaSAxLgvR/YD+jYsWO3jCkEcOxccW245z7OQby9HxIAmFlfWk/d3vATA28zzQ0L8bxjojHtNZ7CzVahPtahEF9b" +
            "d72zXnCjfcydH1vZK11oLigrtniLN/jJrmL3jLHLmVNiJ1VEhfxFo1gjFSfC98hdjt+ib/t50IYYLkXsj8I/WhK4OOjL1beMN60ZMAg163gP5YF33QfpejZoRZez16QdubIm1EgVuKD9" +
            "zzBrSaqqlHWtmRm4ov3f7a6olKrighim4/wx/3SkzXXNmFLXQXdco2Ujbb8E4HgESilMDEFyOb98AkQf+KRWbzbFXmNVbhXP77DADBb2raym2D/kYs4vSAIAAA==",
        ["c5"] =
            "H4sIAAAAAAACA31SQU7DMBB0kqaEtD/gkg8gmR44cKBIoD6Ba+Q6m8RSsCXbufMAjhx5HE/g1mMxYBd7kVjFcuydnczO5v5hV5KfWLhV+/ci3FnxBCSNhREWEG45gRzseMIUqGYVfQPz" +
            "ZhFu7ffc7+UshTXp3cWoZm0aIySHZkM39JJeuae5vqE08FScOUUd01Hd+aBhUFow6TUHrKd/8eczY5kVShKkJUNnnPfa8+fgyQhiGO0fHIn41siXut2JaXpk0wyJj9nx8OuR+Wqu7Rm3" +
            "Skd9ZNv3hL9mXdeqvjdgk36z7Uc6G66U7oRkFkysM/ahQF69hvmA1t8i/ukxjhJ59cYI2e8J5xzX5cfDrXMyrJPmwnlVprm7ULV0LlUoV4Xpu397leY+AQVTWDH8AgAA",
        ["n4"] =
            "H4sIAAAAAAACA+1cTWwbRRSe/bHjOGsTaCCkDWRTIVqREpxgQkFKk8heO1Fdh8YRElXVZGOvnZVcG603VQ5GIFHxIyFx4VREe0C9caqaAwUOiCKVA1y4cQHaCA6ASOFQFYTCzp/t3WSV" +
            "REqEqN6XpM9vft+8N7OdvG/btyeTqUh4f1gMhRDHOsP5k1SPsfLbfz3VNT2ZnBGVq+JBUiIFPF28CItIwPWdnfjPtx6hrTU+E6ljlV/20bKku/LBXiTjmQTfOWj3uxLtlePdFeTBV7f/" +
            "+YmYH7kmCF24RBQEQfasQOrCE9+vjiHqkHEU70DxdWf0QBTXSANNR11M47mDaPUY1T9k5dzmkK/NygRxH+pyzHRMmcsadr5QjCeqVatgVnTbqKFOZx5qnEoMFVxuYWscwLrkmBDCbROZ" +
            "iVwO7cMuxavDzpw6oWVzU9PZuVxiIqMhpQ+XSyhAO2QnTmikfYC1t82zBhlVcr6ijnFy07ikedYsuM3iZozgsoYZSxXTrpFhD7BhF6tLVk2tmZW8oQ7HhmNPxoacb3Xk+VhMOYRnl1A7" +
            "7ZvXy0aloFukezvrXrKMUtUy9Yrz+cfayqc0ikdbosiCjxqSRrG/r2Frdwh1v4pXSnakFMaRk9G7/bT9FU/kgv6RG6DzbN/lp2iMvC4fZ+1nF82a6nzrasWwE8mUWnBiUKmZ1Yq6sGSr" +
            "lardrDqnO15YKBuDKsfTJFridqNFN48Wlq9PJyaPKxpdS5SaNpdNvGBVXzYs2zRo/A4yG88ZFjZodPhIhYw+Gh98bjB2ZLFQfGZ0aHAoNnh0fejG47MzmiagjQeVuGYT1B/zFLD9FEIA" +
            "AAAAAADuVaQT0xn628HGm23LdaBxH1hhBUHPTVhnss3Tb2HB3Z9fDvP5PJHtnvF/ZzLsU97hY4/i0z7iUx71GYdjLQp7AwAAAAAAAAAAAAAA9w4ojYO2pHF6BIGkCDobv/OHUOAhQuM8" +
            "wamFutLMCYQeIH2FepyWcf6SkzviXtJyWFJG8mvGdp7i693n44fjpcsrmI6h3Q49SksTyDVycD/5LPNcQVvN1m2zWqn3Uv2Va6X3CKeToXTTfY67ulrZqMxUbhb1MDd2s/SD3wq4O/Fs" +
            "A59k3sQjB7upBdwuGZOFPKcRfJhW8tqAYVlV6zqlidGf/aW7uq3XDLs5dYPmQqGtfMrXyBH+NnChsXkIiSSKTSaXb54Go8vLFTwgnov6sBMFQpTRxfodxiO3q7T1G65sVIisXRKlj+JN" +
            "0yTmoG2QhtqO9xWPc2tuiJgUdvvi8KUPXm+NDjdbrpm20ciY9dBK7orgomGWFu2P2VY73XPzCh6jgxwqUcQUqcD4QvyF7cIcL95XHWwJKbNcflEvLxkuj24WvTvrSopSlBGnp9O3hkne" +
            "uaKet6vWpky7H92N0A9jSpKS0x10LL1QmKsWi3hn7WyktTHlMGWtFcY8twQDn9Q25nx2zpTTlKfe/rnyRrD1XIU9Ok4til/8rOEo8MdXY/Ow/so73IIYtmBGS2kzWjahUQtGRGpBYQfn" +
            "zPu49Z4zvj+45/hx5vqNXz77nrhw90zyOm0rk74TL5+nj4LxnTwK2Esem7weEKaPBFq+Vm8c/N60++DL2/sLZfcOPt6Awq5twIhHxynnwEvP3vrvbgNrY+zDOHvkMnkxDRIkSJAgQYIE" +
            "CRIkSJAgQYL8/8rW/EOQ5Sm43sbSLFzHOQ367wvkDcmWrV6XW001cxwbE4FN/OFpJ/oNmHa3k3yaRdNu3ZtuE4ECAgAAAAAAANgTEFKVvHwhiWJGbt6+8KVSqePL5l5SmJyy5OAsKsf7" +
            "vwZ+gyABAAAAALDLWD6Tny8szM8j/Aqm7GhF3SDaOIo42t/ffL52SUBtB8TA8plbqzeLpO4C6vPLNylbzDfL/t8c3s4v3zTvaeeXDyp72vnlm5ZPunVvvkmGrQAAAAAAAACwR3jt2E5+" +
            "/gXDhgdzhFEAAA==",
        ["g4"] =
            "H4sIAAAAAAACA+1aTWwbRRSe/XHiOpvETU1Mo0pZUtKiJrXskKJWbWjcjdNYcR2wc+JHkR1vm0XNurI3QaiRaLkgJOgBcemlICQkJEDigJA4cOCA2hsHFKm3XnIApKpFQuJoZvbNrL2TmNiR0yIx" +
            "n71ez8++ffPe7Oz33u4HczOzvaGhkBwMIoYaxW8vQDlO67v1Y5WFuZmcrH0nj7g1isIdwiMkI4m0h8Pk99c+6J1kZ3Lb0DNHkEqESU3FwOHvyXBUnh7dNejKUCVaVgpWZTNEC72IR/rrXLerfu/7" +
            "khQhNbIkSWwE3j5CtDqon0dgkGk02YMma7g50EdalBN1Q925CIol6bg+pvVsQF1NB6Ql4ZwRpOENLWVNZ7l0edIolyslyy44ZhWF8XlUV5zuKir5bAbQxkhZQV1YWdzXyCTzeXSI2JuMDm8z6Uup" +
            "bD69kF3KG8lMCmnDpF5BATggm7yUcvsHaH/HWjVdqQr+9GHl1LpyM9aqVfKrxdRIkDpPjTXbcqqu2EEqdqW8VqnqVcteNvWJ+ET8ZDyBv1jEN9d/WTDm5rUUmKMPBCxljVcq5WtmxbFMEDRCBa2b" +
            "lapVtqcmxm1XqanJ2JlYfHyldPnUVCKWiMdO1xL3jvn9/vg8/TON0IcGuoE39BHe4w3dwvtbBjHp5gB0ClITs/KBHeXcwNtneAtewKO/gAQEBAQEBASeOvZIUruiwCeZGLVqOeYnPZRsRvxkU1q8" +
            "r9EWehhjQ6pdWDW/7aelE+2pbn2pbQFJPd1AUplo2U9Snxv2qFg0iKLvEiLnjkUJEWKqoAdh6P85R0wDzYnpGDCx1hnla0BBeUY5TfsvrlhVHX8LOmZsxsysXsIU0yYkTi+uObpddupN64WKVShe" +
            "NWM6w4RLRuVWySg4J5m+a4MN35Sk5127yXWiL3OEn7OpvoNNQ0D8of7xBpB+k3p4vnXbptom/bzjWQCgHfER/zrjlmjnee0NsFs/9lyk0W2ZdH4RHaYejVLGu9O5GlmwzJXBeMVi7StC34NurSJt" +
            "0kOfZXHBVRJZEB3iRIdcajaVS2WNFOjwkgw6lApOoWo6dWW8GYKCuwVB7BpkeDv65xDRaNulTAKbR1zc6Hm+ahZuHoT/5w7d+6NxSA/5IY1BqNNybDSuOn8RgTBpInTSvMrEjUKopYEflxumAvGm" +
            "Sk1PVhSEzkr52zCvj+66NhzGpgpTJ0s0sAkMwjymi4LnTNUL0KcH/OqxOa3sZyDrzucMzOfWZ+tOUtiAAu7v0Ds/fNHoSqYyi9+1DXBl52Yn7wo2O5mO3k2B4qfg3QHuXiXt9V5VMs1rmyO0VHgi" +
            "t9lPa1svNho4QJdUveFaaWvpPvvyg9udUOyisZCBtJPf/szzjzg/8fUKV884gMqdJ9CkX5Cbm8wdB7j6It2HeDlHYd/TpJ5B7xdcT0BAQEBAQEBAQEBAQOD/i07l/0nSkMXc2/P/x0f9LV7eNC8d" +
            "p39Ptq16//rvW9tfUmmS/2/jJZUAmqVv8/DPArr3M7dHFP4PvKTiqrHXl1S0v68nwCXnWnDJ7o8PWLrslOLP7jyRZKtrieEmDw9YurlkXjFIRlbuWEaWZLhu5hZ/bEwXjtLxs3T0/j8tYFcsg3Xl" +
            "9Z/Bs2c66tmpp+bZ3R8LddStJEFp33/41r+6dQMvkfuaZufd6i2/FKPf37H+AXGpVALoKAAA",
    };

    public static byte[] Bytes(string name)
    {
        using var packed = new GZipStream(new MemoryStream(Convert.FromBase64String(Packed[name])), CompressionMode.Decompress);
        var whole = new MemoryStream();
        packed.CopyTo(whole);
        return whole.ToArray();
    }
}
