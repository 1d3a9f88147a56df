using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Call.Binary(BinaryOp.MatMul, this, target);
        public Tensor mm(Tensor target) => Call.Binary(BinaryOp.Mm, this, target);
        public Tensor bmm(Tensor batch2) => Call.Binary(BinaryOp.Bmm, this, batch2);
        public Tensor mv(Tensor target) => Call.Binary(BinaryOp.Mv, this, target);
        public Tensor dot(Tensor target) => Call.Binary(BinaryOp.Dot, this, target);
        public Tensor inner(Tensor vec2) => Call.Binary(BinaryOp.Inner, this, vec2);
        public Tensor outer(Tensor vec2) => Call.Binary(BinaryOp.Outer, this, vec2);
        public Tensor kron(Tensor other) => Call.Binary(BinaryOp.Kron, this, other);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Call.Addmm(AddmmOp.Addmm, this, mat1, mat2, beta, alpha);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Call.Addmm(AddmmOp.Baddbmm, this, batch1, batch2, beta, alpha);

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Call.Addmm(AddmmOp.Addbmm, this, batch1, batch2, beta, alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1.0f, float alpha = 1.0f) => Call.Addmm(AddmmOp.Addmv, this, mat, vec, beta, alpha);
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1.0f, float alpha = 1.0f) => Call.Addmm(AddmmOp.Addr, this, vec1, vec2, beta, alpha);
        public Tensor trace() => Call.Unary(UnaryOp.Trace, this);
        public Tensor det() => Call.Unary(UnaryOp.Det, this);
        public Tensor inverse() => Call.Unary(UnaryOp.Inverse, this);
        public Tensor cholesky(bool upper = false) => Call.Ints(IntsOp.Cholesky, this, upper ? 1 : 0);
    }
}
