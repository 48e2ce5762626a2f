#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace caloforge::core {

/// 128-bit XXH3 of a stream of bytes: finds damage and tells data sets apart; it is no protection against
/// forgery. One thread at a time.
class Hash {
  public:
    Hash();
    ~Hash();
    Hash(Hash&&) noexcept;
    Hash& operator=(Hash&&) noexcept;

    Hash& add(std::span<const std::byte> bytes);
    Hash& add(const std::string& text);
    /// 32 lower-case hexadecimal digits of everything added so far.
    std::string hex() const;

    static constexpr std::size_t hex_digits = 32;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caloforge::core
