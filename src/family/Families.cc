#include "family/Families.hh"

#include "family/forge/ForgeFamily.hh"
#include "family/gan3d/Gan3dFamily.hh"

namespace caloforge::family {

train::Families families() {
    static const gan3d::Gan3dFamily gan3d;
    static const forge::ForgeFamily forge;
    static const train::Family* const all[] = {&gan3d, &forge};
    return all;
}

}  // namespace caloforge::family
