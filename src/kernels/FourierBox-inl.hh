// The vector code of FourierBox. Included once for every instruction set (Highway's foreach_target), hence no
// plain include guard.
#if defined(CALOFORGE_KERNELS_FOURIER_BOX) == defined(HWY_TARGET_TOGGLE)
#ifdef CALOFORGE_KERNELS_FOURIER_BOX
#undef CALOFORGE_KERNELS_FOURIER_BOX
#else
#define CALOFORGE_KERNELS_FOURIER_BOX
#endif

#include <hwy/highway.h>

#include <algorithm>

#ifndef CALOFORGE_KERNELS_FOURIER_BOX_TABLES
#define CALOFORGE_KERNELS_FOURIER_BOX_TABLES
namespace caloforge::kernels {
/// What the vector code reads of a FourierBox.
struct BoxTables {
    std::size_t nx, ny, nz;  ///< elements
    std::size_t kx, ky, kz;  ///< of the spectrum
    std::size_t padded, padded_z;
    const FourierBox::Line* x;
    const FourierBox::Line* y;
    const float* z;
};
}  // namespace caloforge::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using BoxTag = hn::CappedTag<float, 16>;
using BoxVec = hn::Vec<BoxTag>;

/// Registers for sums: of 32 with AVX-512, of 16 otherwise.
constexpr std::size_t box_sums = HWY_TARGET <= HWY_AVX3 ? 24 : 12;
/// Folded pairs of the longest axis, which FourierConvolution limits.
constexpr std::size_t most_pairs = 65;

/// K output pairs at a time, from the folded inputs.
template <std::size_t K>
HWY_INLINE void line_block(const FourierBox::Line& line, std::size_t first, const float* folded, float* out,
                           std::size_t out_stride, std::size_t imaginary) {
    const BoxTag d;
    const std::size_t width = hn::Lanes(d);
    BoxVec even_re[K], odd_re[K], even_im[K], odd_im[K];
    for (std::size_t k = 0; k < K; ++k) even_re[k] = odd_re[k] = even_im[k] = odd_im[k] = hn::Zero(d);
    const float* table = line.table.data() + 2 * first;
    const std::size_t table_stride = 2 * line.out.size();
    for (std::size_t m = 0; m < line.in.size(); ++m, table += table_stride, folded += 4 * width) {
        const BoxVec er = hn::LoadU(d, folded), dr = hn::LoadU(d, folded + width);
        const BoxVec ei = hn::LoadU(d, folded + 2 * width), di = hn::LoadU(d, folded + 3 * width);
        for (std::size_t k = 0; k < K; ++k) {
            const BoxVec cosine = hn::Set(d, table[2 * k]), sine = hn::Set(d, table[2 * k + 1]);
            even_re[k] = hn::MulAdd(cosine, er, even_re[k]);
            odd_re[k] = hn::MulAdd(sine, dr, odd_re[k]);
            even_im[k] = hn::MulAdd(cosine, ei, even_im[k]);
            odd_im[k] = hn::MulAdd(sine, di, odd_im[k]);
        }
    }
    // exp(i s) (a + i b) = (a cos s - b sin s) + i (b cos s + a sin s); the partner's sine has the other
    // sign.
    for (std::size_t k = 0; k < K; ++k) {
        const FourierBox::Line::Pair pair = line.out[first + k];
        if (pair.plus != FourierBox::Line::absent) {
            float* to = out + static_cast<std::size_t>(pair.plus) * out_stride;
            hn::StoreU(hn::Sub(even_re[k], odd_im[k]), d, to);
            hn::StoreU(hn::Add(even_im[k], odd_re[k]), d, to + imaginary);
        }
        if (pair.minus != FourierBox::Line::absent) {
            float* to = out + static_cast<std::size_t>(pair.minus) * out_stride;
            hn::StoreU(hn::Add(even_re[k], odd_im[k]), d, to);
            hn::StoreU(hn::Sub(even_im[k], odd_re[k]), d, to + imaginary);
        }
    }
}

/// One line of rows to another, all numbers of a row.
HWY_INLINE void transform_line(const FourierBox::Line& line, const float* in, std::size_t in_stride,
                               float* out, std::size_t out_stride, std::size_t padded) {
    const BoxTag d;
    const std::size_t width = hn::Lanes(d);
    HWY_ALIGN float folded[most_pairs * 4 * 16];
    for (std::size_t part = 0; part < padded; part += width) {
        for (std::size_t m = 0; m < line.in.size(); ++m) {
            const FourierBox::Line::Pair pair = line.in[m];
            BoxVec a = hn::Zero(d), b = a, c = a, e = a;
            if (pair.plus != FourierBox::Line::absent) {
                const float* from = in + static_cast<std::size_t>(pair.plus) * in_stride + part;
                a = hn::LoadU(d, from);
                b = hn::LoadU(d, from + padded);
            }
            if (pair.minus != FourierBox::Line::absent) {
                const float* from = in + static_cast<std::size_t>(pair.minus) * in_stride + part;
                c = hn::LoadU(d, from);
                e = hn::LoadU(d, from + padded);
            }
            float* to = folded + 4 * width * m;
            hn::Store(hn::Add(a, c), d, to);
            hn::Store(hn::Sub(a, c), d, to + width);
            hn::Store(hn::Add(b, e), d, to + 2 * width);
            hn::Store(hn::Sub(b, e), d, to + 3 * width);
        }
        constexpr std::size_t most = box_sums / 4;  // 6 or 3
        std::size_t k = 0;
        float* to = out + part;
        for (; k + most <= line.out.size(); k += most)
            line_block<most>(line, k, folded, to, out_stride, padded);
        switch (line.out.size() - k) {
            case 5:
                line_block<3>(line, k, folded, to, out_stride, padded);
                line_block<2>(line, k + 3, folded, to, out_stride, padded);
                break;
            case 4:
                line_block<most == 6 ? 4 : 2>(line, k, folded, to, out_stride, padded);
                break;
            case 3:
                line_block<3>(line, k, folded, to, out_stride, padded);
                break;
            case 2:
                line_block<2>(line, k, folded, to, out_stride, padded);
                break;
            case 1:
                line_block<1>(line, k, folded, to, out_stride, padded);
                break;
            default:
                break;
        }
    }
}

/// L lines of real numbers to rows.
template <std::size_t L>
HWY_INLINE void real_lines(const BoxTables& t, const float* in, float* out) {
    const BoxTag d;
    const std::size_t width = hn::Lanes(d);
    for (std::size_t part = 0; part < t.padded; part += width) {
        BoxVec re[L], im[L];
        for (std::size_t l = 0; l < L; ++l) re[l] = im[l] = hn::Zero(d);
        const float* table = t.z + part;
        for (std::size_t z = 0; z < t.nz; ++z, table += 2 * t.padded) {
            const BoxVec cosine = hn::LoadU(d, table), sine = hn::LoadU(d, table + t.padded);
            for (std::size_t l = 0; l < L; ++l) {
                const BoxVec x = hn::Set(d, in[l * t.nz + z]);
                re[l] = hn::MulAdd(cosine, x, re[l]);
                im[l] = hn::MulAdd(sine, x, im[l]);
            }
        }
        for (std::size_t l = 0; l < L; ++l) {
            hn::StoreU(re[l], d, out + l * 2 * t.padded + part);
            hn::StoreU(im[l], d, out + l * 2 * t.padded + t.padded + part);
        }
    }
}

/// L rows to lines of real numbers.
template <std::size_t L>
HWY_INLINE void rows_to_real(const BoxTables& t, const float* in, float* out) {
    const BoxTag d;
    const std::size_t width = hn::Lanes(d);
    for (std::size_t part = 0; part < t.nz; part += width) {
        BoxVec sum[L];
        for (std::size_t l = 0; l < L; ++l) sum[l] = hn::Zero(d);
        const float* table = t.z + part;
        for (std::size_t k = 0; k < t.kz; ++k, table += 2 * t.padded_z) {
            const BoxVec cosine = hn::LoadU(d, table), sine = hn::LoadU(d, table + t.padded_z);
            for (std::size_t l = 0; l < L; ++l) {
                const float* row = in + l * 2 * t.padded + k;
                sum[l] = hn::MulAdd(cosine, hn::Set(d, row[0]), sum[l]);
                sum[l] = hn::MulAdd(sine, hn::Set(d, row[t.padded]), sum[l]);
            }
        }
        const std::size_t left = t.nz - part;
        if (left >= width) {
            for (std::size_t l = 0; l < L; ++l) hn::StoreU(sum[l], d, out + l * t.nz + part);
        } else {
            const auto mask = hn::FirstN(d, left);
            for (std::size_t l = 0; l < L; ++l) hn::BlendedStore(sum[l], mask, d, out + l * t.nz + part);
        }
    }
}

void forward_boxes(const BoxTables& t, const float* boxes, std::size_t count, float* spectra,
                   std::size_t stride, float* scratch) {
    const std::size_t row = 2 * t.padded, plane = t.nx * t.ky * row;
    float* by_y = scratch;                // (y, row)
    float* by_ky = scratch + t.ny * row;  // (box, x, ky, row)
    constexpr std::size_t many = box_sums / 2, few = 3;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t x = 0; x < t.nx; ++x) {
            const float* from = boxes + (i * t.nx + x) * t.ny * t.nz;
            std::size_t y = 0;
            for (; y + many <= t.ny; y += many) real_lines<many>(t, from + y * t.nz, by_y + y * row);
            for (; y + few <= t.ny; y += few) real_lines<few>(t, from + y * t.nz, by_y + y * row);
            for (; y < t.ny; ++y) real_lines<1>(t, from + y * t.nz, by_y + y * row);
            transform_line(*t.y, by_y, row, by_ky + i * plane + x * t.ky * row, row, t.padded);
        }
    }
    for (std::size_t k = 0; k < t.ky; ++k) {
        for (std::size_t i = 0; i < count; ++i)
            transform_line(*t.x, by_ky + i * plane + k * row, t.ky * row, spectra + k * stride + i * row,
                           t.ky * stride, t.padded);
    }
}

void inverse_boxes(const BoxTables& t, const float* spectra, std::size_t stride, std::size_t count,
                   float* boxes, float* scratch) {
    const std::size_t row = 2 * t.padded, plane = t.nx * t.ky * row;
    float* by_y = scratch;
    float* by_ky = scratch + t.ny * row;
    for (std::size_t k = 0; k < t.ky; ++k) {
        for (std::size_t i = 0; i < count; ++i)
            transform_line(*t.x, spectra + k * stride + i * row, t.ky * stride, by_ky + i * plane + k * row,
                           t.ky * row, t.padded);
    }
    constexpr std::size_t many = box_sums / 2, few = 3;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t x = 0; x < t.nx; ++x) {
            float* to = boxes + (i * t.nx + x) * t.ny * t.nz;
            transform_line(*t.y, by_ky + i * plane + x * t.ky * row, row, by_y, row, t.padded);
            std::size_t y = 0;
            for (; y + many <= t.ny; y += many) rows_to_real<many>(t, by_y + y * row, to + y * t.nz);
            for (; y + few <= t.ny; y += few) rows_to_real<few>(t, by_y + y * row, to + y * t.nz);
            for (; y < t.ny; ++y) rows_to_real<1>(t, by_y + y * row, to + y * t.nz);
        }
    }
}

/// A tile of A x B sums of products.
template <std::size_t A, std::size_t B, bool conjugate>
HWY_INLINE void product_tile(const RowProduct& p, std::size_t part, std::size_t first_a,
                             std::size_t first_b) {
    const BoxTag d;
    const std::size_t im = p.row / 2;
    BoxVec re_sum[A][B], im_sum[A][B];
    for (std::size_t i = 0; i < A; ++i) {
        for (std::size_t j = 0; j < B; ++j) re_sum[i][j] = im_sum[i][j] = hn::Zero(d);
    }
    const float* a = p.a + first_a * p.a_stride + part;
    const float* b = p.b + first_b * p.b_stride + part;
    for (std::size_t s = 0; s < p.terms; ++s, a += p.a_term, b += p.b_term) {
        BoxVec ar[A], ai[A];
        for (std::size_t i = 0; i < A; ++i) {
            ar[i] = hn::LoadU(d, a + i * p.a_stride);
            ai[i] = hn::LoadU(d, a + i * p.a_stride + im);
        }
        for (std::size_t j = 0; j < B; ++j) {
            const BoxVec br = hn::LoadU(d, b + j * p.b_stride), bi = hn::LoadU(d, b + j * p.b_stride + im);
            for (std::size_t i = 0; i < A; ++i) {
                re_sum[i][j] = hn::MulAdd(ar[i], br, re_sum[i][j]);
                im_sum[i][j] = hn::MulAdd(ai[i], br, im_sum[i][j]);
                if (conjugate) {
                    re_sum[i][j] = hn::MulAdd(ai[i], bi, re_sum[i][j]);
                    im_sum[i][j] = hn::NegMulAdd(ar[i], bi, im_sum[i][j]);
                } else {
                    re_sum[i][j] = hn::NegMulAdd(ai[i], bi, re_sum[i][j]);
                    im_sum[i][j] = hn::MulAdd(ar[i], bi, im_sum[i][j]);
                }
            }
        }
    }
    for (std::size_t i = 0; i < A; ++i) {
        for (std::size_t j = 0; j < B; ++j) {
            float* to = p.out + (first_a + i) * p.out_a + (first_b + j) * p.out_b + part;
            hn::StoreU(re_sum[i][j], d, to);
            hn::StoreU(im_sum[i][j], d, to + im);
        }
    }
}

template <std::size_t A, bool conjugate>
HWY_INLINE void product_row(const RowProduct& p, std::size_t part, std::size_t first_a) {
    constexpr std::size_t most = box_sums / 2 / A;  // of B: 4 of 12 for A = 3
    std::size_t j = 0;
    for (; j + most <= p.bs; j += most) product_tile<A, most, conjugate>(p, part, first_a, j);
    if (j + 2 <= p.bs && most > 2) {
        product_tile<A, 2, conjugate>(p, part, first_a, j);
        j += 2;
    }
    for (; j < p.bs; ++j) product_tile<A, 1, conjugate>(p, part, first_a, j);
}

template <bool conjugate>
HWY_INLINE void product_all(const RowProduct& p) {
    const std::size_t width = hn::Lanes(BoxTag());
    for (std::size_t part = 0; part < p.row / 2; part += width) {
        std::size_t i = 0;
        for (; i + 3 <= p.as; i += 3) product_row<3, conjugate>(p, part, i);
        if (i + 2 == p.as) product_row<2, conjugate>(p, part, i);
        if (i + 1 == p.as) product_row<1, conjugate>(p, part, i);
    }
}

void multiply_rows(const RowProduct& p) {
    if (p.conjugate_b)
        product_all<true>(p);
    else
        product_all<false>(p);
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
