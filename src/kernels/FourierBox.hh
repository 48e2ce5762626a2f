#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caloforge::kernels {

/// Where the elements of an axis lie on a circle of `length` points: element i at point start + i.
struct CircleAxis {
    std::size_t length = 1;
    std::size_t count = 1;     ///< elements, not more than length
    std::ptrdiff_t start = 0;  ///< may be negative
};

/// The discrete Fourier transform of a small real box (X, Y, Z), Z contiguous, on a torus of
/// (x.length, y.length, z.length) points, and back; float32.
///
///   spectrum[kx, ky, kz] = sum over elements of value * exp(sign * 2 pi i (kx px / Nx + ky py / Ny + kz pz /
///   Nz))
///
/// with the points p of the elements, for kz = 0 ... Nz / 2 (the others are their conjugates). One row, all
/// kz of one (kx, ky), is `row()` floats: the real parts, padded with zeros to a multiple of 16, then the
/// imaginary parts. Rows lie `stride` floats apart, kx-major. As boxes here are small and partly zero, the
/// transforms are sums over products with a table, folded (x[n] +- x[N - n]); no length is worse than
/// another.
///
/// Rounding: about 1e-6 of the largest element. Read-only once made, any number of threads.
class FourierBox {
  public:
    FourierBox(const CircleAxis& x, const CircleAxis& y, const CircleAxis& z, int sign);

    std::size_t rows() const { return x_.length * y_.length; }
    std::size_t row() const { return 2 * padded_; }
    /// Floats from one (kx, ky) to the next when `items` spectra lie side by side: an odd number of rows,
    /// since large powers of two would send all of them to the same few sets of the caches.
    std::size_t stride(std::size_t items) const { return (items | 1) * row(); }
    std::size_t elements() const { return x_.count * y_.count * z_.count; }
    /// Boxes that are best transformed in one call: their rows lie side by side, and what is written to
    /// memory in longer stretches gets there faster.
    static constexpr std::size_t group = 8;
    /// Floats that a call needs as scratch.
    std::size_t scratch() const;

    /// `count` boxes (at most `group`), one behind the other; the spectrum of box i begins at i * row().
    void forward(const float* boxes, std::size_t count, float* spectra, std::size_t stride,
                 std::span<float> scratch) const;
    /// The inverse of forward() for any spectra, kept where the boxes have elements.
    void inverse(const float* spectra, std::size_t stride, std::size_t count, float* boxes,
                 std::span<float> scratch) const;

    /// A transform along x or y of rows, which are treated as vectors: folded pairs of points to folded
    /// pairs.
    struct Line {
        /// Elements (numbers along the axis, or absent) at points m and length - m; m = 0 and length / 2 are
        /// their own partners and have only the first.
        struct Pair {
            std::int32_t plus = absent;
            std::int32_t minus = absent;
        };
        static constexpr std::int32_t absent = -1;
        std::vector<Pair> in, out;
        std::vector<float> table;  ///< (in, out, {cos, sin})
    };

  private:
    CircleAxis x_, y_, z_;
    std::size_t padded_;    ///< floats of the real parts of one row
    std::size_t padded_z_;  ///< z elements, padded
    Line to_x_, to_y_, from_x_, from_y_;
    std::vector<float> to_z_;    ///< (z element, {re, im}, padded_)
    std::vector<float> from_z_;  ///< (kz, {re, im}, padded_z_), with all factors
};

/// C[a, b] = sum over s of A[s, a] * B[s, b] for rows of complex numbers as FourierBox lays them out, number
/// by number; B conjugated if asked. Strides in floats; rows of `row` floats.
struct RowProduct {
    std::size_t row = 0;
    std::size_t terms = 0, as = 0, bs = 0;
    const float* a = nullptr;
    std::size_t a_term = 0, a_stride = 0;
    const float* b = nullptr;
    std::size_t b_term = 0, b_stride = 0;
    bool conjugate_b = false;
    float* out = nullptr;
    std::size_t out_a = 0, out_b = 0;
};
void multiply(const RowProduct& product);

}  // namespace caloforge::kernels
