#include "core/Hash.hh"

#include <fmt/format.h>
#define XXH_INLINE_ALL  // no shared library at run time
#include <xxhash.h>

namespace caloforge::core {

struct Hash::State {
    XXH3_state_t* xxh = XXH3_createState();
    ~State() { XXH3_freeState(xxh); }
};

Hash::Hash() : state_(std::make_unique<State>()) {
    XXH3_128bits_reset(state_->xxh);
}
Hash::~Hash() = default;
Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;

Hash& Hash::add(std::span<const std::byte> bytes) {
    XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
    return *this;
}

Hash& Hash::add(const std::string& text) {
    return add(std::as_bytes(std::span(text.data(), text.size())));
}

std::string Hash::hex() const {
    const XXH128_hash_t digest = XXH3_128bits_digest(state_->xxh);
    return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(digest.high64),
                       static_cast<std::uint64_t>(digest.low64));
}

}  // namespace caloforge::core
