#pragma once

#include <cstddef>
#include <string>

#include "network/ForgeWriter.hh"

namespace caloforge::network {

/// Sums, products and choices among numbers of a network, written as its layers. All functions return the
/// name of the last layer they made, which is `name`; shapes are spread as `add` and `multiply` spread them.
class ForgeArithmetic : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

  protected:
    /// 1 where whole numbers are at least zero, else 0.
    std::string from_zero(const std::string& name, const std::string& x);
    /// 1 where whole numbers are in [0, end), else 0.
    std::string within(const std::string& name, const std::string& x, std::size_t end);
    /// The smaller of the two.
    std::string least(const std::string& name, const std::string& a, const std::string& b);
    std::string sum_of(const std::string& name, const std::string& a, const std::string& b);
    std::string product(const std::string& name, const std::string& a, const std::string& b);
    std::string minus(const std::string& name, const std::string& a, const std::string& b);
    /// cos(x) and sin(x), "<name>_cos" and "<name>_sin".
    void turn(const std::string& name, const std::string& x);
    /// Gaussian functions of `x` (1, n) about equally far points, and besides `x` itself: (functions, n).
    std::string smooth(const std::string& name, const std::string& x, double begin, double end, double apart);
};

}  // namespace caloforge::network
