using System.Text;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);
    public static Tensor mv(Tensor input, Tensor target) => input.mv(target);
    public static Tensor dot(Tensor input, Tensor other) => input.dot(other);
    public static Tensor inner(Tensor input, Tensor vec2) => input.inner(vec2);
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
    public static Tensor kron(Tensor input, Tensor other) => input.kron(other);
    public static Tensor trace(Tensor input) => input.trace();
    public static Tensor det(Tensor input) => input.det();
    public static Tensor inverse(Tensor input) => input.inverse();
    public static Tensor cholesky(Tensor input) => input.cholesky();
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmm(mat1, mat2, beta, alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        input.baddbmm(batch1, batch2, beta, alpha);

    public static Tensor addbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        input.addbmm(batch1, batch2, beta, alpha);

    public static Tensor addmv(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmv(mat1, mat2, beta, alpha);

    /// <summary>A sum of products in Einstein's notation, as "bij,bjk->bik".</summary>
    public static unsafe Tensor einsum(string equation, params Tensor[] tensors)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(equation + '\0'))
        fixed (nint* list = Call.Handles(tensors))
        {
            nint result = Native.ct_einsum(text, list, tensors.Length);
            GC.KeepAlive(tensors);
            return Call.Wrap(result);
        }
    }

    /// <summary>Linear algebra.</summary>
    public static partial class linalg
    {
        public static Tensor cholesky(Tensor input) => input.cholesky();

        public static Tensor solve(Tensor A, Tensor B, bool left = true)
        {
            if (left)
                return Call.Binary(BinaryOp.Solve, A, B);
            using Tensor a = A.mT;
            using Tensor b = B.mT;
            using Tensor x = Call.Binary(BinaryOp.Solve, a, b);
            return x.mT;
        }

        public static Tensor inv(Tensor input) => input.inverse();
        public static Tensor det(Tensor input) => input.det();

        /// <summary>The norm of all elements, or of vectors along the dimensions.</summary>
        public static Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false) =>
            input.Norm(ord, dims ?? Enumerable.Range(0, (int)input.ndim).Select(d => (long)d).ToArray(), keepdim);

        /// <summary>The Euclidean norm of all elements, or of those along the dimensions.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => vector_norm(input, 2, dims, keepdim);
    }
}
