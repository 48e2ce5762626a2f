#include "kernels/InstructionSet.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "core/Error.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/InstructionSet.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {

std::int64_t target() {
    return HWY_TARGET;
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {
namespace {

HWY_EXPORT(target);

// Highway's names, but AVX-512 as everybody calls it.
std::string name_of(std::int64_t target) {
    std::string name = hwy::TargetName(target);
    if (name == "AVX3") return "avx512";
    if (name == "AVX3_DL") return "avx512dl";
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

}  // namespace

std::vector<std::string> instruction_sets() {
    std::vector<std::string> out;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) out.push_back(name_of(target));
    return out;
}

std::string instruction_set() {
    return name_of(HWY_DYNAMIC_DISPATCH(target)());
}

void use_instruction_set(const std::string& name) {
    const std::int64_t before = hwy::SupportedTargets();
    hwy::SetSupportedTargetsForTest(0);  // all that there are, whatever was asked for before
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        if (name_of(target) != name) continue;
        hwy::SetSupportedTargetsForTest(target);
        return;
    }
    const std::string all = fmt::format("{}", fmt::join(instruction_sets(), ", "));
    hwy::SetSupportedTargetsForTest(before);
    throw core::InputError(
        fmt::format("this machine cannot use the instruction set `{}`. It has {}.", name, all));
}

}  // namespace caloforge::kernels
#endif
