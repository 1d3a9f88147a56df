using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Training.Optimization;

namespace Coda.Tests.Architecture;

/// <summary>Coda.Training and Coda.Inference may see what is internal to Coda.Data; of that they use the ONNX format alone.</summary>
[TestClass]
public sealed class InternalTypeTests
{
    private const string Shared = "Coda.Data.Graphs";

    private static readonly Assembly Data = typeof(Component).Assembly;

    [TestMethod]
    [DataRow(typeof(TrainingLoop))]
    [DataRow(typeof(OnnxModel))]
    public void OnlyTheFormatIsUsed(Type user)
    {
        var used = Used(user.Assembly).ToList();
        SourceFile.None(used.Where(u => !IsPublic(u) && u.Type.Namespace != Shared).Select(u => $"{user.Assembly.GetName().Name} uses {u.Type}{u.Member}"));
        Assert.IsTrue(used.Any(u => u.Type.Namespace == Shared), "expected the reading of references to find the format");
    }

    private static bool IsPublic((Type Type, string Member) used) => used.Type.IsVisible && (used.Member == "" || Members(used).Any(m => m switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    }));

    private static IEnumerable<MemberInfo> Members((Type Type, string Member) used) =>
        used.Type.GetMember(used.Member, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static);

    // The types of Coda.Data that an assembly refers to, and their members, in turn.
    private static IEnumerable<(Type Type, string Member)> Used(Assembly user)
    {
        using var file = new PEReader(File.OpenRead(user.Location));
        var reader = file.GetMetadataReader();
        foreach (var handle in reader.TypeReferences)
        {
            if (Find(reader, handle) is { } type)
            {
                yield return (type, "");
            }
        }

        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (Find(reader, member.Parent) is { } type)
            {
                yield return (type, reader.GetString(member.Name));
            }
        }
    }

    private static Type? Find(MetadataReader reader, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeSpecification)
        {
            var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
            var isGeneric = signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && signature.ReadByte() > 0;
            return isGeneric ? Find(reader, signature.ReadTypeHandle()) : null;
        }

        if (handle.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        var type = reader.GetTypeReference((TypeReferenceHandle)handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => Find(reader, type.ResolutionScope)?.GetNestedType(name, BindingFlags.Public | BindingFlags.NonPublic),
            HandleKind.AssemblyReference when Name(reader, (AssemblyReferenceHandle)type.ResolutionScope) == Data.GetName().Name =>
                Data.GetType($"{reader.GetString(type.Namespace)}.{name}", throwOnError: true),
            _ => null,
        };
    }

    private static string Name(MetadataReader reader, AssemblyReferenceHandle handle) => reader.GetString(reader.GetAssemblyReference(handle).Name);
}
