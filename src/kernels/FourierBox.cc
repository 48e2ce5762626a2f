#include "kernels/FourierBox.hh"

#include <cmath>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/FourierBox.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/FourierBox-inl.hh"

#if HWY_ONCE
namespace caloforge::kernels {
namespace {

constexpr std::size_t lanes = 16;
std::size_t padded(std::size_t count) {
    return (count + lanes - 1) / lanes * lanes;
}

/// Every axis as folded pairs of its points; `all`: the pairs of a whole circle.
std::vector<FourierBox::Line::Pair> pairs(const CircleAxis& axis, bool all) {
    const auto length = static_cast<std::ptrdiff_t>(axis.length);
    std::vector<std::int32_t> element(axis.length, FourierBox::Line::absent);
    for (std::size_t i = 0; i < (all ? axis.length : axis.count); ++i) {
        const std::ptrdiff_t point =
            all ? static_cast<std::ptrdiff_t>(i) : axis.start + static_cast<std::ptrdiff_t>(i);
        element[static_cast<std::size_t>((point % length + length) % length)] = static_cast<std::int32_t>(i);
    }
    std::vector<FourierBox::Line::Pair> out;
    for (std::size_t m = 0; m <= axis.length / 2; ++m) {
        const bool alone = m == 0 || 2 * m == axis.length;
        out.push_back({element[m], alone ? FourierBox::Line::absent : element[axis.length - m]});
    }
    return out;
}

/// The same without pairs that hold nothing; their points m go to `points`.
std::vector<FourierBox::Line::Pair> present(const std::vector<FourierBox::Line::Pair>& all,
                                            std::vector<std::size_t>& points) {
    std::vector<FourierBox::Line::Pair> out;
    for (std::size_t m = 0; m < all.size(); ++m) {
        if (all[m].plus == FourierBox::Line::absent && all[m].minus == FourierBox::Line::absent) continue;
        out.push_back(all[m]);
        points.push_back(m);
    }
    return out;
}

double angle(std::size_t k, std::size_t m, std::size_t length) {
    return 2 * std::numbers::pi * static_cast<double>(k * m % length) / static_cast<double>(length);
}

FourierBox::Line line(const CircleAxis& axis, int sign, bool inverse) {
    FourierBox::Line out;
    std::vector<std::size_t> in_points, out_points;
    out.in = present(pairs(axis, inverse), in_points);
    out.out = present(pairs(axis, !inverse), out_points);
    for (const std::size_t m : in_points) {
        for (const std::size_t k : out_points) {
            out.table.push_back(static_cast<float>(std::cos(angle(k, m, axis.length))));
            out.table.push_back(static_cast<float>(sign * std::sin(angle(k, m, axis.length))));
        }
    }
    return out;
}

/// The point of element i of an axis, from 0 to length - 1.
std::size_t point(const CircleAxis& axis, std::size_t i) {
    const auto length = static_cast<std::ptrdiff_t>(axis.length);
    return static_cast<std::size_t>(((axis.start + static_cast<std::ptrdiff_t>(i)) % length + length) %
                                    length);
}

}  // namespace

HWY_EXPORT(forward_boxes);
HWY_EXPORT(inverse_boxes);
HWY_EXPORT(multiply_rows);

FourierBox::FourierBox(const CircleAxis& x, const CircleAxis& y, const CircleAxis& z, int sign)
    : x_(x),
      y_(y),
      z_(z),
      padded_(padded(z.length / 2 + 1)),
      padded_z_(padded(z.count)),
      to_x_(line(x, sign, false)),
      to_y_(line(y, sign, false)),
      from_x_(line(x, -sign, true)),
      from_y_(line(y, -sign, true)),
      to_z_(z.count * 2 * padded_),
      from_z_((z.length / 2 + 1) * 2 * padded_z_) {
    const double all = static_cast<double>(x.length * y.length * z.length);
    for (std::size_t k = 0; k <= z.length / 2; ++k) {
        // The numbers behind kz = Nz / 2 are conjugates of those before.
        const double weight = (k == 0 || 2 * k == z.length ? 1 : 2) / all;
        for (std::size_t i = 0; i < z.count; ++i) {
            const double phase = angle(k, point(z, i), z.length);
            float* to = to_z_.data() + i * 2 * padded_ + k;
            to[0] = static_cast<float>(std::cos(phase));
            to[padded_] = static_cast<float>(sign * std::sin(phase));
            float* from = from_z_.data() + k * 2 * padded_z_ + i;
            from[0] = static_cast<float>(weight * std::cos(phase));
            from[padded_z_] = static_cast<float>(weight * sign * std::sin(phase));
        }
    }
}

std::size_t FourierBox::scratch() const {
    return (y_.count + group * x_.count * y_.length) * row();
}

void FourierBox::forward(const float* boxes, std::size_t count, float* spectra, std::size_t stride,
                         std::span<float> scratch) const {
    const BoxTables tables{x_.count, y_.count,  z_.count, x_.length, y_.length,   z_.length / 2 + 1,
                           padded_,  padded_z_, &to_x_,   &to_y_,    to_z_.data()};
    HWY_DYNAMIC_DISPATCH(forward_boxes)(tables, boxes, count, spectra, stride, scratch.data());
}

void FourierBox::inverse(const float* spectra, std::size_t stride, std::size_t count, float* boxes,
                         std::span<float> scratch) const {
    const BoxTables tables{x_.count, y_.count,  z_.count, x_.length, y_.length,     z_.length / 2 + 1,
                           padded_,  padded_z_, &from_x_, &from_y_,  from_z_.data()};
    HWY_DYNAMIC_DISPATCH(inverse_boxes)(tables, spectra, stride, count, boxes, scratch.data());
}

void multiply(const RowProduct& product) {
    HWY_DYNAMIC_DISPATCH(multiply_rows)(product);
}

}  // namespace caloforge::kernels
#endif
