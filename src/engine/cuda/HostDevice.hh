#pragma once

// Marks functions that a GPU runs too. Headers that use it are plain C++ for any other compiler, so that what
// kernels compute is tested on machines without a GPU.
#ifdef __CUDACC__
#define CALOFORGE_HOST_DEVICE __host__ __device__
#define CALOFORGE_OUT_OF_LINE __noinline__
#else
#define CALOFORGE_HOST_DEVICE
#define CALOFORGE_OUT_OF_LINE
#endif

// Of the loop behind them: written out, eight times (so that as many loads are under way), or not.
#ifdef __CUDA_ARCH__
#define CALOFORGE_UNROLL_8 _Pragma("unroll 8")
#define CALOFORGE_UNROLL _Pragma("unroll")
#define CALOFORGE_ROLLED _Pragma("unroll 1")
#else
#define CALOFORGE_UNROLL_8
#define CALOFORGE_UNROLL
#define CALOFORGE_ROLLED
#endif
